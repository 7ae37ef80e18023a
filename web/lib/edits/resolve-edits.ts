/** Puts checked edits in the engine's form. The numbers that they take from other texts are computed first. */

import type { EngineEdit } from '../types/engine.js'
import { AttenscopeError } from '../errors.js'
import { isJsonObject, kindOf } from '../formats/json.js'
import { refuseUnknown } from '../known-options.js'
import type { Edit, EditText, Input, PatchSource, Target, Tensor } from '../types/index.js'
import type { CheckedEdit } from './check-edits.js'
import { isTensor } from './copy-edits.js'
import { listNumbers, meanNumbers, patchNumbers, type EditNumbers } from './edit-numbers.js'

/** A text whose tensor an edit needs. */
export interface SourceText {
  readonly input: Input
  readonly target?: Target | undefined
}

/** Computes a traced tensor of a text under edits. Without a text it is the call's own text. */
export type ComputeTensor = (
  text: SourceText | undefined,
  edits: readonly EngineEdit[],
  name: string
) => Promise<Tensor>

const patchFields = ['input', 'target', 'at', 'head', 'query', 'key']
const tensorFields = ['data', 'shape', 'at', 'head', 'query', 'key']

/**
 * `names` are in the order in which a run computes them. A mean over the call's own text is taken under all edits that act
 * before it, as a hook at this tensor would take it. For a text that continues a prompt the mean covers the prompt only,
 * because in a generation no other tokens exist yet.
 */
export async function resolveEdits(
  checked: readonly CheckedEdit[],
  names: readonly string[],
  compute: ComputeTensor,
  promptCount?: number
): Promise<EngineEdit[]> {
  const resolved = new Map<CheckedEdit, EngineEdit>()
  const means: CheckedEdit[] = []
  for (const edit of checked) {
    if (isOwnMean(edit)) means.push(edit)
    else resolved.set(edit, toEngine(edit, await numbersOf(edit, compute)))
  }
  const positionOf = ({ at }: CheckedEdit) => {
    const own = names.indexOf(at)
    return own >= 0 ? own : names.findIndex((name) => name.startsWith(`${at}.`))
  }
  const order = (edit: CheckedEdit) => positionOf(edit) * checked.length + checked.indexOf(edit)
  for (const mean of means.sort((a, b) => order(a) - order(b))) {
    const before = checked.filter((each) => order(each) < order(mean)).flatMap((each) => resolved.get(each) ?? [])
    const tensor = await compute(undefined, before, mean.at)
    resolved.set(mean, toEngine(mean, meanNumbers(mean.where, [tensor], mean.edit.head, promptCount)))
  }
  return checked.flatMap((edit) => resolved.get(edit) ?? [])
}

/** True for a mean of vectors over the call's own text. The engine itself takes the mean of a row of weights. */
function isOwnMean({ op, target, edit }: CheckedEdit): boolean {
  return op === 'mean' && !target?.isRow && edit.from === undefined
}

async function numbersOf(checked: CheckedEdit, compute: ComputeTensor): Promise<EditNumbers | undefined> {
  const { op, edit } = checked
  if (op === 'patch') return patchOf(checked, compute)
  if (op !== 'mean' || edit.from === undefined) return listNumbers(edit)
  const texts = textsOf(checked)
  const tensors: Tensor[] = []
  for (const text of texts) tensors.push(await compute(text, [], checked.at))
  return meanNumbers(`${checked.where}.from`, tensors, edit.head)
}

async function patchOf(checked: CheckedEdit, compute: ComputeTensor): Promise<EditNumbers> {
  const { where, edit, at } = checked
  const from: unknown = edit.from
  if (!isJsonObject(from)) {
    throw new AttenscopeError('option', `${where}.from is ${kindOf(from)}, expected { input, at } or a saved trace`)
  }
  const isGiven = isTensor(from)
  const allowed = isGiven ? tensorFields : patchFields
  refuseUnknown(`${where}.from`, from, allowed)
  if (isGiven) return patchNumbers(checked, from, from as PatchSource)
  const source = from as PatchSource
  if (source.input === undefined)
    throw new AttenscopeError('option', `${where}.from.input is missing, a text or { ids }`)
  const tensor = await compute({ input: source.input, target: source.target }, [], source.at ?? at)
  return patchNumbers(checked, tensor, source)
}

function textsOf({ where, edit }: CheckedEdit): SourceText[] {
  const from: unknown = edit.from
  if (!Array.isArray(from) || from.length === 0) {
    throw new AttenscopeError(
      'option',
      `${where}.from is ${kindOf(from)}, expected a list of texts to take the mean over`
    )
  }
  return from.map((text: EditText, i) => {
    if (typeof text !== 'object' || text === null || !('input' in text)) return { input: text }
    refuseUnknown(`${where}.from[${i}]`, text, ['input', 'target'])
    return { input: text.input, target: text.target }
  })
}

function toEngine({ edit, at, op, settings, first }: CheckedEdit, numbers: EditNumbers | undefined): EngineEdit {
  const { head, query, key, value }: Edit = edit
  const place = { at, first, ...(head !== undefined && { head }) }
  if (settings) return { ...place, op: 'configure', ...settings }
  return {
    ...place,
    ...(query !== undefined && { query }),
    ...(key !== undefined && { key }),
    ...(typeof value === 'number' && { value }),
    ...numbers,
    op: numbers && op !== 'add' ? 'set' : (op ?? '')
  }
}
