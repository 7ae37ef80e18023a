/**
 * Runs one generation at a time: start, pause, step and stop, at no more than a given pace, with its results so far.
 */
import { TraceRecorder, type GenerateOptions, type GenerationEnd, type GenerationStep, type Model } from 'attenscope'
import { isAborted } from '../parts/error-text.js'
import { sleep } from '../pacing/sleep.js'

export type WriterState = 'idle' | 'writing' | 'paused'

export interface WriterSettings extends Pick<GenerateOptions, 'maxNewTokens' | 'temperature' | 'seed' | 'edits'> {
  /** At most so many tokens a second; 0 for the engine's own speed. */
  readonly pace: number
}

/** Dispatches `change` after each token and each change of state. */
export class TextWriter extends EventTarget {
  state: WriterState = 'idle'
  recorder?: TraceRecorder
  /** The reason why the last generation ended; 'stopped' if the reader stopped it. */
  ended?: GenerationEnd['reason'] | 'stopped'
  error?: unknown
  promptTokenCount = 0
  newTokenCount = 0
  patternBytes = 0
  /** The engine's own time in milliseconds, with the time for the prompt. */
  elapsedMs = 0
  private _decodeMs = 0
  private _abort?: AbortController
  /** The generation of the text that is shown. Its run answers questions of the views until the next text begins. */
  private _generated?: ReturnType<Model['generate']>
  private _stepsAllowed = 0
  private _wake?: () => void

  /**
   * The engine's own speed in tokens a second, whatever the pace. The first token does not count, because it reads the
   * prompt.
   */
  get tokensPerSecond(): number | undefined {
    return this.newTokenCount > 1 && this._decodeMs > 0 ? ((this.newTokenCount - 1) * 1000) / this._decodeMs : undefined
  }

  /**
   * Writes until the model ends the text, the limit is reached or `stop` is called. With `steps`, it pauses after so
   * many tokens.
   */
  async start(model: Model, prompt: string, settings: WriterSettings, steps = Infinity): Promise<void> {
    this.stop()
    void this._generated?.return({ reason: 'length' })
    const abort = (this._abort = new AbortController())
    const recorder = new TraceRecorder(model.info)
    this.recorder = this.ended = this.error = undefined
    this.promptTokenCount = this.newTokenCount = this.patternBytes = this.elapsedMs = this._decodeMs = 0
    this._stepsAllowed = steps
    this._become('writing')
    const { pace, ...options } = settings
    const isCurrent = () => abort === this._abort
    try {
      const generated = model.generate(prompt, { ...options, capture: ['pattern'], signal: abort.signal })
      this._generated = generated
      while (isCurrent()) {
        const startedMs = performance.now()
        const { done, value } = await generated.next()
        if (!isCurrent()) return
        if (done) return this._finish(value.reason)
        this._take(value, recorder)
        this._stepsAllowed -= 1
        if (this._stepsAllowed === 0) this._become('paused')
        if (pace > 0) await sleep(1000 / pace - (performance.now() - startedMs), abort.signal)
        while (isCurrent() && this._stepsAllowed <= 0) await new Promise<void>((wake) => (this._wake = wake))
      }
    } catch (error) {
      if (!isCurrent()) return
      if (!isAborted(error)) this.error = error
      this._finish('stopped')
    }
  }

  pause(): void {
    if (this.state !== 'writing') return
    this._stepsAllowed = 0
    this._become('paused')
  }

  /** Continues after a pause, until the end or for a number of tokens. */
  resume(steps = Infinity): void {
    if (this.state !== 'paused') return
    this._stepsAllowed = steps
    this._become('writing')
    this._wake?.()
  }

  stop(): void {
    if (this.state === 'idle') return
    // An abort frees the run, whose tensors the views may still ask for.
    if (this.newTokenCount === 0) this._abort?.abort()
    this._finish('stopped')
    this._wake?.()
  }

  private _take(step: GenerationStep, recorder: TraceRecorder): void {
    recorder.add(step)
    this.recorder = recorder
    this.elapsedMs += step.elapsedMs
    if (step.promptTokens) this.promptTokenCount = step.promptTokens.length
    else this._decodeMs += step.elapsedMs
    this.newTokenCount += 1
    const { layers, headCount, queries, keyCount } = step.trace
    this.patternBytes += 4 * layers.length * headCount * queries.count * keyCount
    this.dispatchEvent(new Event('change'))
  }

  private _finish(reason: NonNullable<TextWriter['ended']>): void {
    this._abort = undefined
    this.ended = reason
    this._become('idle')
  }

  private _become(state: WriterState): void {
    this.state = state
    this.dispatchEvent(new Event('change'))
  }
}
