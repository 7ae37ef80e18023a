/** Checks edits before a run, because they may come from a link. An error names the edit, the field and the fault. */

import { editOps } from '../choices.js'
import { matchCapture, unknownName } from '../trace/capture.js'
import { parseTraceName, traceName, type TraceName } from '../trace/trace-name.js'
import { AttenscopeError } from '../errors.js'
import { isJsonObject, kindOf } from '../formats/json.js'
import { refuseUnknown, type Names } from '../known-options.js'
import type { Edit, EditOp, ModelInfo, Part } from '../types/index.js'
import { checkAttentionSettings, checkPositionSettings, type EngineSettings } from './settings.js'
import { targetOfName, type EditTarget } from './edit-target.js'

/** The model and the tokens that edits are checked against. */
export interface EditScope {
  readonly info: ModelInfo
  readonly names: readonly string[]
  readonly shapeOf: (name: string, queries: number, keys: number) => readonly number[]
  /** The number of source tokens. */
  readonly sourceCount: number
  /** The number of target tokens, or of a decoder's tokens; undefined if more tokens may follow. */
  readonly targetCount: number | undefined
  /** The largest possible number of tokens. */
  readonly limit: number
  /** Returns the first row of a step; undefined for a call without steps. */
  readonly rowOfStep?: (step: number) => number
  /** The number of prompt tokens, for a text that continues a prompt. */
  readonly promptCount?: number | undefined
}

/** An edit that passed the checks, for one traced name. It acts from the row `first` on. */
export interface CheckedEdit {
  /** The name of the edit in errors, such as 'edits[0]'. */
  readonly where: string
  readonly edit: Edit
  readonly at: string
  readonly first: number
  /** Present for an edit of a traced tensor. */
  readonly op?: EditOp
  readonly target?: EditTarget
  /** Present for an edit with a `set`. */
  readonly settings?: EngineSettings
}

const fields = Object.keys({
  ...{ at: true, head: true, query: true, key: true, op: true, value: true, from: true, set: true, step: true }
} satisfies Names<Edit>)
const positionNames = ['positions', 'encoder.positions', 'decoder.positions']

/** Checks all edits. An edit whose name has a * becomes one edit for each name that it matches. */
export function checkEdits(edits: readonly Edit[], scope: EditScope): CheckedEdit[] {
  return edits.flatMap((edit, i) => {
    const where = `edits[${i}]`
    if (!isJsonObject(edit)) throw new AttenscopeError('option', `${where} is ${kindOf(edit)}, expected an object`)
    // An ignored field would be dangerous: a misspelt head would edit all heads.
    refuseUnknown(where, edit, fields)
    if (edit.set !== undefined) return checkSetting(edit, where, scope)
    return namesOf(where, edit.at, scope.names).map((at) => checkTensorEdit({ edit, where, at }, scope))
  })
}

function namesOf(where: string, at: unknown, names: readonly string[]): readonly string[] {
  if (typeof at !== 'string') throw new AttenscopeError('option', `${where}.at is ${kindOf(at)}, expected a name`)
  if (at.includes('*') && at.includes('.')) {
    try {
      return matchCapture([at], names)
    } catch {
      // The error below names the edit, not a capture.
    }
  }
  if (!names.includes(at)) throw unknownName(`${where}.at`, at, names)
  return [at]
}

function checkTensorEdit(
  { edit, where, at }: { edit: Edit; where: string; at: string },
  scope: EditScope
): CheckedEdit {
  const { op } = edit
  if (op === undefined || !editOps.includes(op)) {
    throw new AttenscopeError('unsupported', `${where}.op is ${kindOf(op)}; supported: ${editOps.join(', ')}`)
  }
  const { site, stage } = parseTraceName(at) ?? {}
  if (site === 'lens' || stage === 'weighted_norms' || stage === 'picture') {
    throw new AttenscopeError(
      'unsupported',
      `${where}.at is '${at}', which is computed for display only: an edit there would change nothing`
    )
  }
  const target = targetOfName(at, scope)
  checkPlace(where, edit, target)
  if (op === 'renormalise' && stage !== 'pattern') {
    throw new AttenscopeError('unsupported', `${where}.op is 'renormalise', which changes patterns only, not '${at}'`)
  }
  checkValue(where, edit, op, target)
  if (op !== 'patch' && op !== 'mean' && edit.from !== undefined) {
    throw new AttenscopeError('option', `${where} has a from, which only 'patch' and 'mean' take`)
  }
  if (op === 'patch' && edit.from === undefined) {
    throw new AttenscopeError('option', `${where}.from is missing: 'patch' takes { input, at } or a saved trace`)
  }
  if (op === 'mean' && edit.from !== undefined && target.isRow) {
    throw new AttenscopeError(
      'unsupported',
      `${where}.from: a mean over several texts needs vectors, such as head_output, because texts differ in length; '${at}' is not a vector`
    )
  }
  return { where, edit, at, op, target, first: firstRow(where, edit, target.part, scope) }
}

function checkPlace(where: string, { head, query, key, at }: Edit, target: EditTarget): void {
  if (target.heads === 0 && head !== undefined) {
    throw new AttenscopeError('option', `${where}.head: '${at}' has no heads`)
  }
  index(`${where}.head`, head, target.heads)
  if (!target.hasQueries && query !== undefined) {
    throw new AttenscopeError('option', `${where}.query: the rows of '${at}' are keys; give a key`)
  }
  if (!target.hasKeys && key !== undefined) throw new AttenscopeError('option', `${where}.key: '${at}' has no keys`)
  index(`${where}.query`, query, target.rowLimit)
  index(`${where}.key`, key, target.keyLimit)
  if (target.isCausal && query !== undefined && key !== undefined && key > query) {
    throw new AttenscopeError(
      'option',
      `${where}.key is ${key}, which query ${query} does not see, because it comes later`
    )
  }
}

function checkValue(where: string, { value }: Edit, op: EditOp, target: EditTarget): void {
  const takes = op === 'scale' || op === 'add' || op === 'set'
  if (!takes) {
    if (value === undefined || op === 'zero') return
    throw new AttenscopeError('option', `${where}.value is ${kindOf(value)}; '${op}' takes no value`)
  }
  if (Array.isArray(value) && op !== 'scale' && !target.isRow) {
    const wrong = value.findIndex((number) => !Number.isFinite(Math.fround(number as number)))
    if (wrong >= 0) {
      throw new AttenscopeError(
        'option',
        `${where}.value[${wrong}] is ${kindOf(value[wrong])}, expected a finite number`
      )
    }
    if (value.length === target.width) return
    throw new AttenscopeError('shape', `${where}.value has ${value.length} numbers, expected ${target.width}`)
  }
  if (typeof value !== 'number' || !Number.isFinite(Math.fround(value))) {
    throw new AttenscopeError('option', `${where}.value is ${kindOf(value)}; '${op}' takes a finite number`)
  }
}

/** Checks an edit of a whole attention or of position encodings. */
function checkSetting(edit: Edit, where: string, scope: EditScope): CheckedEdit[] {
  const extra = (['op', 'value', 'from', 'query', 'key'] as const).find((name) => edit[name] !== undefined)
  if (extra)
    throw new AttenscopeError('option', `${where} has a set and '${extra}'; an edit with a set takes no ${extra}`)
  if (positionNames.includes(edit.at)) {
    const other = (['head', 'step'] as const).find((name) => edit[name] !== undefined)
    if (other)
      throw new AttenscopeError(
        'option',
        `${where}.${other}: all heads and steps share the positions; leave ${other} out`
      )
    // A model without feed-forward layers is recurrent.
    if (scope.info.F === 0) {
      throw new AttenscopeError(
        'unsupported',
        `${where}.at is '${edit.at}': a recurrent model has no position encoding`
      )
    }
    if (edit.at !== 'positions' && scope.info.kind !== 'encoder-decoder') {
      throw unknownName(`${where}.at`, edit.at, ['positions'])
    }
    const settings = { position: checkPositionSettings(`${where}.set`, edit.set) }
    return [{ where, edit, at: edit.at, first: 0, settings }]
  }
  const attentions = scope.names
    .map((name) => parseTraceName(name))
    .filter((parsed): parsed is TraceName => parsed?.stage === 'pattern')
    .map(({ stage: _, ...attention }) => traceName(attention))
  return namesOf(where, edit.at, attentions).map((at) => {
    const target = targetOfName(`${at}.pattern`, scope)
    index(`${where}.head`, edit.head, target.heads)
    const settings = checkAttentionSettings(`${where}.set`, edit.set, target)
    if (settings.position && (edit.head !== undefined || edit.step !== undefined)) {
      throw new AttenscopeError(
        'option',
        `${where}.set.positions: all heads and steps share the positions; leave head and step out`
      )
    }
    return { where, edit, at, settings, first: firstRow(where, edit, target.part, scope) }
  })
}

function firstRow(where: string, { step, query, op }: Edit, part: Part, { rowOfStep, info }: EditScope): number {
  if (step === undefined) return 0
  if (!rowOfStep)
    throw new AttenscopeError('option', `${where}.step: a run has no steps without the option promptTokens`)
  index(`${where}.step`, step, Number.MAX_SAFE_INTEGER)
  if (step > 0 && info.kind !== 'decoder' && part === 'encoder') {
    throw new AttenscopeError('option', `${where}.step is ${step}: an encoder computes once, before the first step`)
  }
  if (query !== undefined || op === 'patch') {
    throw new AttenscopeError(
      'option',
      `${where}.step does not go together with ${op === 'patch' ? "'patch'" : 'query'}`
    )
  }
  return rowOfStep(step)
}

/** Throws 'option' unless the value is undefined or an integer from 0 to limit − 1. */
export function index(name: string, value: unknown, limit: number): void {
  if (value === undefined) return
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < limit) return
  throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected an integer from 0 to ${limit - 1}`)
}
