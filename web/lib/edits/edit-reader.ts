/** Reads the edits of a call: checked against the model and the call's tokens, and put in the engine's form. */

import type { EngineEdit } from '../types/engine.js'
import type { ModelHandle } from '../engine/engine-handles.js'
import { AttenscopeError } from '../errors.js'
import type { ReadText } from '../session/input-reader.js'
import type { Job } from '../session/job.js'
import type { Edit, ModelInfo, Tensor, Token } from '../types/index.js'
import { checkEdits, type CheckedEdit } from './check-edits.js'
import { resolveEdits, type SourceText } from './resolve-edits.js'

/** What a call is about: its tokens, those of its target where they are known, and where its steps are. */
export interface CallTokens extends Omit<ReadText, 'text'> {
  readonly targetTokens?: readonly Token[]
  readonly rowOfStep?: (step: number) => number
  readonly promptCount?: number | undefined
}

/** A text to take numbers from: another one, or the call's own. */
export type EditedText = SourceText | CallTokens

type TensorOf = (text: EditedText, edits: readonly EngineEdit[], name: string, job: Job) => Promise<Tensor>

export class EditReader {
  private readonly _info: ModelInfo
  private readonly _model: Pick<ModelHandle, 'traceNames' | 'traceShape'>
  private readonly _tensorOf: TensorOf

  constructor(info: ModelInfo, model: Pick<ModelHandle, 'traceNames' | 'traceShape'>, tensorOf: TensorOf) {
    this._info = info
    this._model = model
    this._tensorOf = tensorOf
  }

  async read(edits: readonly Edit[], call: CallTokens, job: Job): Promise<EngineEdit[]> {
    if (edits.length === 0) return []
    const names = this._model.traceNames()
    const { tokens, targetTokens, rowOfStep, promptCount } = call
    const checked = checkEdits(edits, {
      info: this._info,
      names,
      shapeOf: (name, queries, keys) => this._model.traceShape(name, queries, keys),
      sourceCount: tokens.length,
      targetCount: targetTokens?.length,
      limit: this._info.context,
      ...(rowOfStep && { rowOfStep }),
      promptCount
    })
    for (const edit of checked) this._refuseUnknownMean(edit, call)
    const compute = (text: SourceText | undefined, before: readonly EngineEdit[], name: string) =>
      this._tensorOf(text ?? call, before, name, job)
    return resolveEdits(checked, names, compute, promptCount)
  }

  /** A mean over a target that is still to be written. */
  private _refuseUnknownMean({ where, op, edit, target }: CheckedEdit, { targetTokens }: CallTokens): void {
    const isOpen = this._info.kind === 'encoder-decoder' && !targetTokens && target?.part !== 'encoder'
    if (op !== 'mean' || !isOpen || target?.isRow || edit.from !== undefined) return
    throw new AttenscopeError(
      'option',
      `${where}: the mean over a text that is still to be written needs a from, other texts`
    )
  }
}
