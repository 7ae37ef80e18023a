/** Makes the trace of each step of a generation. */

import type { Generating, Stepped } from '../wire/calls.js'
import { byName, EngineTrace, type RunReference } from '../trace/engine-trace.js'
import { partOfName } from '../trace/parts.js'
import type { Edit, ModelInfo, Tensor, Token } from '../types/index.js'

export class StepTraces {
  private readonly _info: ModelInfo
  private readonly _source: readonly Token[]
  private readonly _grown: Token[]
  private readonly _hasTarget: boolean
  private readonly _edits: readonly Edit[]
  private readonly _reference: RunReference
  /** The encoder's tensors. The encoder runs in the first step only; its tensors are part of every trace. */
  private readonly _ofEncoder = new Map<string, Tensor>()

  constructor(
    info: ModelInfo,
    { promptTokens, targetTokens }: Pick<Generating, 'promptTokens' | 'targetTokens'>,
    edits: readonly Edit[],
    reference: RunReference
  ) {
    this._info = info
    this._source = promptTokens
    this._hasTarget = targetTokens !== undefined
    this._grown = [...(targetTokens ?? promptTokens)]
    this._edits = edits
    this._reference = reference
  }

  next({ token, first, count, captured }: Pick<Stepped, 'token' | 'first' | 'count' | 'captured'>): EngineTrace {
    const tensors = byName(captured)
    if (this._hasTarget) {
      for (const [name, tensor] of tensors) {
        if (partOfName(this._info, name) === 'encoder') this._ofEncoder.set(name, tensor)
      }
    }
    const grown = [...this._grown]
    this._grown.push(token)
    return new EngineTrace(
      {
        info: this._info,
        ...(this._hasTarget ? { tokens: this._source, targetTokens: grown } : { tokens: grown }),
        queries: { first, count },
        edits: this._edits,
        captured: new Map([...this._ofEncoder, ...tensors])
      },
      this._reference
    )
  }
}
