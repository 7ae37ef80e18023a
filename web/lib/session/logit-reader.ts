/** Reads the logits of a run that a call asks for. */

import type { RunHandle } from '../engine/engine-handles.js'
import { checkNumbers, type CheckedRows } from './check-numbers.js'
import type { ModelPlan } from '../families/family.js'
import type { OwnedTensor } from '../types/engine.js'
import type { ModelInfo, Token } from '../types/index.js'

/** By default a run returns the logits of every token up to this size, and above it the logits of the last token. */
const maxDefaultLogitBytes = 64 * 2 ** 20

/** The tokens whose logits are read; see RunOptions. */
export type LogitsWanted = 'all' | 'last' | 'none'

export class LogitReader {
  /** The number of logits of one token: V, or the number of labels. */
  readonly outputs: number
  private readonly _info: ModelInfo
  private readonly _labelsAt: ModelPlan['labelsAt']

  /** `labelsAt`: the token whose logits are the labels of a sequence classifier, if each token has logits. */
  constructor(info: ModelInfo, labelsAt: ModelPlan['labelsAt']) {
    this._info = info
    this._labelsAt = labelsAt
    this.outputs = info.task === 'none' ? 0 : (info.labels?.length ?? info.V)
  }

  byDefault(count: number): LogitsWanted {
    return count * this.outputs * 4 <= maxDefaultLogitBytes ? 'all' : 'last'
  }

  /**
   * The logits that the engine computes. The labels of a classifier may belong to any token, and computing all of them
   * is cheap.
   */
  fromEngine(wanted: LogitsWanted): LogitsWanted {
    return this._labelsAt && wanted === 'last' ? 'all' : wanted
  }

  /**
   * (T, V), (1, V) or (0, V) for 'all', 'last' or 'none'; (labels) for a classifier. Throws 'bad-model', or 'option' for
   * a run with edits, when they hold NaN.
   */
  read(
    run: RunHandle,
    wanted: LogitsWanted,
    tokens: readonly Token[],
    circumstances: Pick<CheckedRows, 'counts' | 'isEdited'>
  ): OwnedTensor {
    const { outputs } = this
    const first = wanted === 'last' && this._info.kind !== 'classifier' ? tokens.length - 1 : 0
    const data = wanted === 'none' || outputs === 0 ? new Float32Array(0) : run.logits()
    checkNumbers({
      ...{ data, columns: Math.max(1, outputs), what: 'the logits', place: (row) => `token ${first + row}` },
      ...{ isEdited: circumstances.isEdited, counts: (row) => circumstances.counts?.(first + row) ?? true }
    })
    if (this._info.kind === 'classifier') {
      const at = data.length > 0 ? this.labelRow(tokens) : 0
      return { data: data.slice(at * outputs, (at + 1) * outputs), shape: [wanted === 'none' ? 0 : outputs] }
    }
    return {
      data,
      shape: [wanted === 'all' && outputs > 0 ? tokens.length : wanted === 'last' ? Math.min(outputs, 1) : 0, outputs]
    }
  }

  /** The row with the labels of a classifier: the row of the first token, or of the last token that is not padding. */
  labelRow(tokens: readonly Token[]): number {
    if (!this._labelsAt || this._labelsAt.token === 'first') return 0
    const { padId } = this._labelsAt
    if (padId === undefined) return tokens.length - 1
    return Math.max(0, tokens.map(({ id }) => id !== padId).lastIndexOf(true))
  }
}
