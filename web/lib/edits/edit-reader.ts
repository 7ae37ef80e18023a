/** Reads the edits of a call: checks them against the model and the tokens, and puts them in the engine's form. */

import type { EngineEdit } from '../types/engine.js'
import type { ModelHandle } from '../engine/engine-handles.js'
import { AttenscopeError } from '../errors.js'
import type { ReadText } from '../session/input-reader.js'
import type { Job } from '../session/job.js'
import type { Edit, ModelInfo, Tensor, Token } from '../types/index.js'
import { checkEdits, type CheckedEdit } from './check-edits.js'
import { resolveEdits, type SourceText } from './resolve-edits.js'

/** The tokens of a call, the tokens of its target if they are known, and the rows of its steps. */
export interface CallTokens extends Omit<ReadText, 'text'> {
  readonly targetTokens?: readonly Token[]
  readonly rowOfStep?: (step: number) => number
  readonly promptCount?: number | undefined
}

/** The text from which an edit takes numbers: another text, or the call's own. */
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

  /** Refuses a mean over a target that does not exist yet. */
  private _refuseUnknownMean({ where, op, edit, target }: CheckedEdit, { targetTokens }: CallTokens): void {
    const isOpen = this._info.kind === 'encoder-decoder' && !targetTokens && target?.part !== 'encoder'
    if (op !== 'mean' || !isOpen || target?.isRow || edit.from !== undefined) return
    throw new AttenscopeError(
      'option',
      `${where}: the target is not written yet, so a mean needs a from with other texts`
    )
  }
}
