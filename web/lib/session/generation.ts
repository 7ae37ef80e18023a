/** One generation: it feeds tokens to the run, samples the next one, and decides when the text ends. */

import type { Decode, EngineTokens } from '../types/engine.js'
import type { RunHandle } from '../engine/engine-handles.js'
import { checkNumbers } from './check-numbers.js'
import type { Ended, GenerationSettings, Stepped } from '../wire/calls.js'
import type { GenerationEnd } from '../types/index.js'

interface Surroundings {
  /** The longest sequence of the model. */
  readonly context: number
  /** The tokens that end a text. */
  readonly endIds: ReadonlySet<number>
  readonly decode: Decode
  /** The names of the tensors to return with each step. */
  readonly capture: readonly string[]
}

export class Generation {
  private readonly _run: RunHandle
  private readonly _settings: GenerationSettings
  private readonly _surroundings: Surroundings
  /** Tokens that the engine has not seen yet: the prompt, then the token sampled last. */
  private _pending: EngineTokens
  private _generated = 0
  private _text = ''
  private _end: GenerationEnd['reason'] | undefined

  constructor(run: RunHandle, prompt: EngineTokens, settings: GenerationSettings, surroundings: Surroundings) {
    this._run = run
    this._settings = settings
    this._surroundings = surroundings
    this._pending = prompt
    if (settings.maxNewTokens === 0) this._end = 'length'
  }

  get capture(): readonly string[] {
    return this._surroundings.capture
  }

  /** Computes the pending tokens by `advance` and samples the next token. */
  async next(advance: () => Promise<void>): Promise<Omit<Stepped, 'captured'> | Ended> {
    if (this._end) return { type: 'ended', reason: this._end }

    const startedMs = performance.now()
    const first = this._run.length()
    const count = this._pending.ids.length
    this._run.append(this._pending, 'last')
    await advance()
    const logits = this._run.logits()
    const place = () => `step ${this._generated} (token ${first + count - 1})`
    const isEdited = this._settings.edits.length > 0
    checkNumbers({ data: logits, columns: logits.length, what: 'the logits', place, isEdited })
    const { temperature, topK, topP, seed } = this._settings
    const id = this._run.sample({ temperature, topK, topP, seed })

    this._pending = { ids: [id] }
    this._generated += 1
    this._end = this._endAfter(id)
    const token = this._surroundings.decode(id, this._end)
    if (this._end !== 'end' && this._completesStop(token.text)) this._end = 'stop'
    return {
      type: 'stepped',
      token,
      logits: { data: logits, shape: [logits.length] },
      first,
      count,
      elapsedMs: performance.now() - startedMs
    }
  }

  private _endAfter(id: number): GenerationEnd['reason'] | undefined {
    if (this._surroundings.endIds.has(id)) return 'end'
    if (this._generated === this._settings.maxNewTokens) return 'length'
    if (this._run.length() >= this._surroundings.context) return 'context'
    return undefined
  }

  /** Adds a text. True if one of the stop texts ends in it. */
  private _completesStop(added: string): boolean {
    const before = this._text.length
    this._text += added
    return this._settings.stop.some((stop) => this._text.includes(stop, Math.max(0, before - stop.length + 1)))
  }
}
