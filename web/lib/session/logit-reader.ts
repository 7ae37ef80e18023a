/** Reads the logits of a run: those that a call wants, of the tokens that have any. */

import type { RunHandle } from '../engine/engine-handles.js'
import type { ModelPlan } from '../families/family.js'
import type { OwnedTensor } from '../types/engine.js'
import type { ModelInfo, Token } from '../types/index.js'

/** By default a run gives the logits of every token up to this size, else those of the last token. */
const maxDefaultLogitBytes = 64 * 2 ** 20

export type LogitsWanted = 'all' | 'last' | 'none'

export class LogitReader {
  /** Logits of one token: V, or the number of labels. */
  readonly outputs: number
  private readonly _info: ModelInfo
  private readonly _labelsAt: ModelPlan['labelsAt']

  /** `labelsAt`: the token whose logits are a sequence classifier's labels, where every token has logits. */
  constructor(info: ModelInfo, labelsAt: ModelPlan['labelsAt']) {
    this._info = info
    this._labelsAt = labelsAt
    this.outputs = info.task === 'none' ? 0 : (info.labels?.length ?? info.V)
  }

  byDefault(count: number): LogitsWanted {
    return count * this.outputs * 4 <= maxDefaultLogitBytes ? 'all' : 'last'
  }

  /** The logits that the engine computes. A classifier's labels may be those of any token, and of few labels all are cheap. */
  fromEngine(wanted: LogitsWanted): LogitsWanted {
    return this._labelsAt && wanted === 'last' ? 'all' : wanted
  }

  /** (T, V), (1, V) or (0, V) as wanted; of a classifier (labels). */
  read(run: RunHandle, wanted: LogitsWanted, tokens: readonly Token[]): OwnedTensor {
    const { outputs } = this
    const data = wanted === 'none' || outputs === 0 ? new Float32Array(0) : run.logits()
    if (this._info.kind === 'classifier') {
      const at = data.length > 0 ? this.labelRow(tokens) : 0
      return { data: data.slice(at * outputs, (at + 1) * outputs), shape: [wanted === 'none' ? 0 : outputs] }
    }
    return {
      data,
      shape: [wanted === 'all' && outputs > 0 ? tokens.length : wanted === 'last' ? Math.min(outputs, 1) : 0, outputs]
    }
  }

  /** The row of a classifier's labels: that of the first token, or of the last token that is not padding. */
  labelRow(tokens: readonly Token[]): number {
    if (!this._labelsAt || this._labelsAt.token === 'first') return 0
    const { padId } = this._labelsAt
    if (padId === undefined) return tokens.length - 1
    return Math.max(0, tokens.map(({ id }) => id !== padId).lastIndexOf(true))
  }
}
