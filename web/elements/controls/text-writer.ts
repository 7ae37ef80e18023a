/**
 * Writes one text at a time: starts, pauses and steps, goes on from an earlier moment of the text, and brings back the
 * rest that this discarded.
 */
import type { Model } from 'attenscope'
import { Writing, type WriterSettings } from './writing.js'

export type { WriterSettings, WriterState } from './writing.js'

/** Dispatches `change` after each token and each change of state. */
export class TextWriter extends EventTarget {
  private _writing?: Writing | undefined
  /** The text that is shown until the first token of the next one arrives. */
  private _shown?: Writing | undefined
  /** The text whose rest was discarded by going on from an earlier moment. */
  private _before?: Writing | undefined

  get state() {
    return this._writing?.state ?? 'idle'
  }
  get recorder() {
    return this._results?.recorder
  }
  get ended() {
    return this._writing?.ended
  }
  get error() {
    return this._writing?.error
  }
  get promptTokenCount() {
    return this._results?.promptTokenCount ?? 0
  }
  get newTokenCount() {
    return this._results?.newTokenCount ?? 0
  }
  get patternBytes() {
    return this._results?.patternBytes ?? 0
  }
  get elapsedMs() {
    return this._results?.elapsedMs ?? 0
  }
  get prompt() {
    return this._results?.prompt
  }
  get model() {
    return this._results?.model
  }

  /** The logits (V) after the first `count` tokens: those of the generation, else of a run of its own. */
  async logitsAfter(count: number): Promise<Float32Array | undefined> {
    return this._results?.logitsAfter(count)
  }

  /**
   * The engine's own speed in tokens a second, whatever the pace. The first token does not count, because it reads the
   * prompt.
   */
  get tokensPerSecond(): number | undefined {
    const { decodedCount = 0, decodeMs = 0 } = this._results ?? {}
    return decodedCount > 0 && decodeMs > 0 ? (decodedCount * 1000) / decodeMs : undefined
  }

  /** True if `undo` can bring back a text. */
  get canUndo(): boolean {
    return this._before !== undefined
  }

  /** The writing whose results are shown. */
  private get _results(): Writing | undefined {
    return this._writing?.recorder ? this._writing : this._shown
  }

  /**
   * Writes until the model ends the text, the limit is reached or `stop` is called. With `steps`, it pauses after so
   * many tokens.
   */
  async start(model: Model, prompt: string, settings: WriterSettings, steps = Infinity): Promise<void> {
    this.stop()
    this._writing?.discard()
    this._forget()
    this._shown = undefined
    await this._write(new Writing(model, prompt, settings, steps, this._tell))
  }

  /** True if the text is the model's continuation of this prompt, so that `goOn` continues it. */
  isOf(model: Model | undefined, prompt: string): boolean {
    const { _results: results } = this
    return results !== undefined && results.model === model && results.prompt === prompt
  }

  /**
   * Goes on from the moment when `shown` queries were computed; Infinity for the end of the text. The rest of the text
   * is discarded when the first new token arrives; `undo` brings it back.
   */
  async goOn(shown: number, settings: WriterSettings, steps = Infinity): Promise<void> {
    const { _results: from } = this
    const moment = from?.momentAt(shown)
    if (!from || !moment) return
    const isCut = moment.ids.length < (from.recorder?.queryTokens.length ?? 0)
    // The run of the earlier text stays in the engine as long as the text can be brought back.
    if (from.state === 'writing') from.pause()
    if (this._writing !== from) this._writing?.discard()
    if (isCut) {
      this._before?.discard()
      this._before = from
    }
    this._shown = from
    await this._write(new Writing(from.model, from.prompt, settings, steps, this._tell, moment))
  }

  /** Brings back the text before `goOn`. */
  undo(): void {
    const { _before: before, _writing: writing } = this
    if (!before) return
    this._before = undefined
    writing?.discard()
    this._writing = this._shown = before
    this._tell()
  }

  pause(): void {
    this._writing?.pause()
  }

  /** Continues after a pause, until the end or for a number of tokens. */
  resume(steps = Infinity): void {
    this._writing?.resume(steps)
  }

  stop(): void {
    this._writing?.stop()
  }

  private async _write(writing: Writing): Promise<void> {
    this._writing = writing
    this._tell()
    await writing.write()
  }

  private _forget(): void {
    this._before?.discard()
    this._before = undefined
  }

  private readonly _tell = (): void => {
    const { _writing: writing, _shown: shown, _before: before } = this
    // Once the new text is here, the old one is needed only to be brought back.
    if (writing?.recorder && shown && shown !== writing) {
      if (shown !== before) shown.discard()
      this._shown = undefined
    }
    this.dispatchEvent(new Event('change'))
  }
}
