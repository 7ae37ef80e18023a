/**
 * One generation with its results so far: it writes at no more than a given pace, can be paused, and begins with a prompt
 * or goes on from a moment of an earlier generation.
 */
import {
  TraceRecorder,
  type GenerateOptions,
  type GenerationEnd,
  type GenerationStep,
  type Input,
  type Model
} from 'attenscope'
import { isAborted } from '../parts/error-text.js'
import { sleep } from '../pacing/sleep.js'
import { KeptLogits } from './kept-logits.js'

export type WriterState = 'idle' | 'writing' | 'paused'

export interface WriterSettings extends Pick<
  GenerateOptions,
  'maxNewTokens' | 'temperature' | 'topK' | 'seed' | 'edits'
> {
  /** At most so many tokens a second; 0 for the engine's own speed. */
  readonly pace: number
}

/** A moment of a generation, from which another one goes on: the tokens of the text at that time. */
export interface Moment {
  readonly ids: readonly number[]
  /** How many of the tokens are the reader's prompt. */
  readonly promptTokenCount: number
  readonly logits: KeptLogits
}

export class Writing {
  state: WriterState = 'writing'
  recorder?: TraceRecorder
  /** The reason why the generation ended; 'stopped' if the reader stopped it. */
  ended?: GenerationEnd['reason'] | 'stopped'
  error?: unknown
  promptTokenCount = 0
  newTokenCount = 0
  patternBytes = 0
  /** The engine's own time in milliseconds, with the time for the prompt. */
  elapsedMs = 0
  /** The time of the steps after the first one of a run, in milliseconds, and the number of those steps. */
  decodeMs = 0
  decodedCount = 0
  /** The logits before each token that was written, by the index of the query that predicted the token. */
  readonly logits: KeptLogits
  private readonly _abort = new AbortController()
  private _generated?: ReturnType<Model['generate']>
  private _wake?: () => void

  constructor(
    readonly model: Model,
    readonly prompt: string,
    readonly settings: WriterSettings,
    private _stepsAllowed: number,
    private readonly _onChange: () => void,
    private readonly _from?: Moment
  ) {
    this.logits = _from?.logits ?? new KeptLogits()
  }

  /** False once the generation is over; another method may end it during a wait. */
  private get _isGoing(): boolean {
    return this.state !== 'idle'
  }

  /** Writes until the model ends the text, the limit is reached or `stop` is called. */
  async write(): Promise<void> {
    const { model, settings, _from: from, _abort: abort } = this
    const recorder = new TraceRecorder(model.info)
    const { pace, ...options } = settings
    const input: Input = from ? { ids: from.ids } : this.prompt
    try {
      const generated = model.generate(input, {
        ...{ ...options, capture: ['pattern'], signal: abort.signal },
        // The steps of edits are counted from the reader's prompt.
        ...(from && { ...this._remaining(from), promptTokens: from.promptTokenCount })
      })
      this._generated = generated
      while (this._isGoing) {
        const startedMs = performance.now()
        const { done, value } = await generated.next()
        // A token that was computed during a pause appears when the writing goes on, so that a paused text stands still.
        if (this.recorder) await this._permission()
        if (!this._isGoing) return
        if (done) return this._finish(value.reason)
        this._take(value, recorder)
        this._stepsAllowed -= 1
        if (this._stepsAllowed === 0) this._become('paused')
        if (pace > 0) await sleep(1000 / pace - (performance.now() - startedMs), abort.signal)
        await this._permission()
      }
    } catch (error) {
      if (!this._isGoing) return
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
  resume(steps: number): void {
    if (this.state !== 'paused') return
    this._stepsAllowed = steps
    this._become('writing')
    this._wake?.()
  }

  stop(): void {
    if (this.state === 'idle') return
    // An abort frees the run, whose tensors the views may still ask for.
    if (this.newTokenCount === 0) this._abort.abort()
    this._finish('stopped')
    this._wake?.()
  }

  /** Ends the generation without an event, and frees its run. */
  discard(): void {
    this.state = 'idle'
    this._abort.abort()
    void this._generated?.return({ reason: 'length' })
    this._wake?.()
  }

  /** The moment when `shown` queries were computed; their last one chose the token after it. */
  momentAt(shown: number): Moment | undefined {
    const { recorder, promptTokenCount } = this
    if (!recorder) return undefined
    const ids = recorder.queryTokens.slice(0, shown + 1).map(({ id }) => id)
    return { ids, promptTokenCount, logits: this.logits.until(ids.length - 1) }
  }

  /** The logits (V) after the first `count` tokens. The model reads them again where the generation did not keep them. */
  async logitsAfter(count: number): Promise<Float32Array | undefined> {
    const known = this.logits.of(count - 1)
    const ids = this.recorder?.queryTokens.slice(0, count).map(({ id }) => id) ?? []
    if (known || ids.length < count) return known
    const run = await this.model.run(
      { ids },
      { logits: 'last', edits: this.settings.edits ?? [], promptTokens: Math.min(count, this.promptTokenCount) }
    )
    void run.dispose()
    const logits = new Float32Array(run.logits.data)
    this.logits.add(count - 1, logits)
    return logits
  }

  /** Waits while the writing is paused. */
  private async _permission(): Promise<void> {
    while (this._isGoing && this._stepsAllowed <= 0) await new Promise<void>((wake) => (this._wake = wake))
  }

  private _remaining({ ids, promptTokenCount }: Moment): Pick<WriterSettings, 'maxNewTokens' | 'seed'> {
    const { maxNewTokens, seed = 0 } = this.settings
    const written = ids.length - promptTokenCount
    return {
      ...(maxNewTokens !== undefined && { maxNewTokens: Math.max(1, maxNewTokens - written) }),
      // Another seed at each token: the same one would draw the same number wherever the reader goes on.
      seed: (seed + written) % 2 ** 32
    }
  }

  private _take(step: GenerationStep, recorder: TraceRecorder): void {
    recorder.add(step)
    this.recorder = recorder
    const { _from: from } = this
    const { layers, headCount, queries, keyCount } = step.trace
    this.elapsedMs += step.elapsedMs
    if (step.promptTokens) {
      this.promptTokenCount = from?.promptTokenCount ?? step.promptTokens.length
      this.newTokenCount = step.promptTokens.length - this.promptTokenCount
    } else {
      this.decodeMs += step.elapsedMs
      this.decodedCount += 1
    }
    this.newTokenCount += 1
    this.patternBytes += 4 * layers.length * headCount * queries.count * keyCount
    this.logits.add(queries.first + queries.count - 1, step.logits.data)
    this._onChange()
  }

  private _finish(reason: NonNullable<Writing['ended']>): void {
    this.ended = reason
    this._become('idle')
  }

  private _become(state: WriterState): void {
    this.state = state
    this._onChange()
  }
}
