/**
 * Writes one text from another: token by token with the likeliest token each time, or by a beam search that is shown
 * afterwards.
 */
import type { Edit, GenerationStep, Model, Translation } from 'attenscope'
import { isAborted } from '../parts/error-text.js'
import { sleep } from '../pacing/sleep.js'
import { WrittenRecorder, writtenByTranslation, type WrittenTrace } from '../sources/written-trace.js'

export type TranslatorState = 'idle' | 'searching' | 'writing'

export interface TranslatorSettings {
  /** The beams of the search; `undefined` for the model's own number. */
  readonly numBeams?: number | undefined
  /** At most so many tokens a second are shown; 0 for all at once. */
  readonly pace: number
  readonly edits?: readonly Edit[]
}

/** Dispatches `change` after each token and each change of state. */
export class TextTranslator extends EventTarget {
  state: TranslatorState = 'idle'
  trace?: WrittenTrace
  /** The reason why the last text ended; 'cut' if it reached the greatest length. */
  ended?: 'end' | 'cut' | 'stopped'
  error?: unknown
  /** The text that was read. */
  source = ''
  /** The part of the text that is shown. */
  text = ''
  tokenCount = 0
  /** How many tokens long the search's texts are by now. */
  searched = 0
  score?: number
  /** The probability of all written tokens together; undefined after a beam search. */
  probability?: number
  elapsedMs = 0
  private _abort?: AbortController
  /** Frees the run of the text that is shown. Until the next text begins, it answers questions of the views. */
  private _freeRun?: () => unknown

  async start(model: Model, source: string, settings: TranslatorSettings): Promise<void> {
    this.stop()
    this._freeRun?.()
    const abort = (this._abort = new AbortController())
    this.trace = this.ended = this.error = this.score = this.probability = undefined
    this.source = source
    this.text = ''
    this.tokenCount = this.searched = this.elapsedMs = 0
    this._become('searching')
    try {
      if (settings.numBeams === 1) await this._write(model, source, settings, abort)
      else await this._search(model, source, settings, abort)
    } catch (error) {
      if (abort !== this._abort) return
      if (!isAborted(error)) this.error = error
      this._finish('stopped')
    }
  }

  stop(): void {
    if (this.state === 'idle') return
    // An abort frees the run, whose tensors the views may still ask for.
    if (this.tokenCount === 0) this._abort?.abort()
    this._finish('stopped')
  }

  private async _write(
    model: Model,
    source: string,
    { pace, edits = [] }: TranslatorSettings,
    abort: AbortController
  ): Promise<void> {
    const generated = model.generate(source, { capture: ['pattern'], edits, signal: abort.signal })
    this._freeRun = () => generated.return({ reason: 'length' })
    let recorder: WrittenRecorder | undefined
    for (;;) {
      const startedMs = performance.now()
      const { done, value } = await generated.next()
      if (abort !== this._abort) return
      if (done) return this._finish(value.reason === 'end' ? 'end' : 'cut')
      recorder ??= new WrittenRecorder(model.info, value.trace)
      recorder.add(value)
      this.probability = (this.probability ?? 1) * probabilityOf(value)
      this.elapsedMs += value.elapsedMs
      this._show(recorder.trace, this.tokenCount + 1)
      await sleep(pace > 0 ? 1000 / pace - (performance.now() - startedMs) : 0, abort.signal)
    }
  }

  private async _search(
    model: Model,
    source: string,
    { numBeams, pace, edits = [] }: TranslatorSettings,
    abort: AbortController
  ): Promise<void> {
    const translation = await model.translate(source, {
      ...(numBeams !== undefined && { numBeams }),
      capture: ['pattern'],
      edits,
      signal: abort.signal,
      onProgress: ({ done }) => {
        this.searched = done
        this._tell()
      }
    })
    if (abort !== this._abort) return void translation.dispose()
    this._freeRun = () => translation.dispose()
    this.elapsedMs = translation.elapsedMs
    this.score = translation.score
    await this._reveal(translation, pace, abort)
    if (abort === this._abort) this._finish(translation.tokens.at(-1)?.special ? 'end' : 'cut')
  }

  private async _reveal(translation: Translation, pace: number, abort: AbortController): Promise<void> {
    const trace = writtenByTranslation(translation)
    for (let shown = pace > 0 ? 1 : translation.tokens.length; ; shown++) {
      trace.shown = shown
      this._show(trace, shown)
      if (shown >= translation.tokens.length || abort !== this._abort) return
      await sleep(1000 / pace, abort.signal)
      if (abort !== this._abort) return
    }
  }

  private _show(trace: WrittenTrace, tokenCount: number): void {
    this.trace = trace
    this.tokenCount = tokenCount
    this.text = textOf(trace, tokenCount)
    this._become('writing')
  }

  private _finish(reason: NonNullable<TextTranslator['ended']>): void {
    this._abort = undefined
    this.ended = reason
    this._become('idle')
  }

  private _become(state: TranslatorState): void {
    this.state = state
    this._tell()
  }

  private _tell(): void {
    this.dispatchEvent(new Event('change'))
  }
}

/** The probability of the token that a step took: softmax of its logits. */
function probabilityOf({ logits, token }: GenerationStep): number {
  const most = logits.data.reduce((largest, logit) => Math.max(largest, logit), -Infinity)
  const sum = logits.data.reduce((total, logit) => total + Math.exp(logit - most), 0)
  return Math.exp((logits.data[token.id] ?? -Infinity) - most) / sum
}

/** Tokens that share a character's bytes have that character together, so the text is cut by their spans. */
function textOf({ written }: WrittenTrace, count: number): string {
  let text = ''
  let end = 0
  for (const token of written.slice(0, count)) {
    if (token.special || token.end <= end) continue
    text += token.text.slice(Math.max(0, end - token.start))
    end = token.end
  }
  return text
}
