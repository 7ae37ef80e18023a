/** Checks edits before anything runs, as they may come from a link. An error names the edit, its field and the fault. */

import { editOps } from '../choices.js'
import { matchCapture, unknownName } from '../trace/capture.js'
import { parseTraceName, traceName, type TraceName } from '../trace/trace-name.js'
import { AttenscopeError } from '../errors.js'
import { isJsonObject, kindOf } from '../formats/json.js'
import type { Edit, EditOp, ModelInfo, Part } from '../types/index.js'
import { checkAttentionSettings, checkPositionSettings, type EngineSettings } from './settings.js'
import { targetOfName, type EditTarget } from './edit-target.js'

/** What an edit is checked against. */
export interface EditScope {
  readonly info: ModelInfo
  readonly names: readonly string[]
  readonly shapeOf: (name: string, queries: number, keys: number) => readonly number[]
  /** Tokens of each side: those that are known now, or undefined where more may come. */
  readonly sourceCount: number
  readonly targetCount: number | undefined
  /** The most that there can be. */
  readonly limit: number
  /** The first row that belongs to a step; undefined where there are no steps. */
  readonly rowOfStep?: (step: number) => number
  /** Of a text that went on from a prompt: the prompt's tokens. */
  readonly promptCount?: number | undefined
}

export interface CheckedEdit {
  /** Its name in error messages. */
  readonly where: string
  readonly edit: Edit
  readonly at: string
  readonly first: number
  /** Of an edit at a traced tensor. */
  readonly op?: EditOp
  readonly target?: EditTarget
  /** Of an edit that sets. */
  readonly settings?: EngineSettings
}

const fields = ['at', 'head', 'query', 'key', 'op', 'value', 'from', 'set', 'step']
const positionPlaces = ['positions', 'encoder.positions', 'decoder.positions']

/** Names with * become one edit for each that they mean. */
export function checkEdits(edits: readonly Edit[], scope: EditScope): CheckedEdit[] {
  return edits.flatMap((edit, i) => {
    const where = `edits[${i}]`
    if (!isJsonObject(edit)) throw new AttenscopeError('option', `${where} is ${kindOf(edit)}, expected an object`)
    // A misspelt head would edit all of them.
    const unknown = Object.keys(edit).find((name) => !fields.includes(name))
    if (unknown !== undefined) {
      throw new AttenscopeError('option', `${where} has no '${unknown}'; an edit has ${fields.join(', ')}`)
    }
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
      // Told as what it is, not as a capture.
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
      `${where}.at is '${at}', which is made from what a run computes; nothing is made from it`
    )
  }
  const target = targetOfName(at, scope)
  checkPlace(where, edit, target)
  if (op === 'renormalise' && stage !== 'pattern') {
    throw new AttenscopeError('unsupported', `${where}.op is 'renormalise', which takes a pattern, not '${at}'`)
  }
  checkValue(where, edit, op, target)
  if (op !== 'patch' && op !== 'mean' && edit.from !== undefined) {
    throw new AttenscopeError('option', `${where} has a from, which goes with 'patch' or 'mean'`)
  }
  if (op === 'patch' && edit.from === undefined) {
    throw new AttenscopeError('option', `${where}.from is missing: 'patch' takes { input, at } or a saved trace`)
  }
  if (op === 'mean' && edit.from !== undefined && target.isRow) {
    throw new AttenscopeError(
      'unsupported',
      `${where}.from: texts differ in length, so a mean over them is for vectors, such as head_output; '${at}' is none`
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
    throw new AttenscopeError('option', `${where}.key is ${key}, which query ${query} does not see: it comes later`)
  }
}

function checkValue(where: string, { value }: Edit, op: EditOp, target: EditTarget): void {
  const takes = op === 'scale' || op === 'add' || op === 'set'
  if (!takes) {
    if (value === undefined || op === 'zero') return
    throw new AttenscopeError('option', `${where}.value is ${kindOf(value)}; '${op}' takes none`)
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

/** Edits of a whole attention, or of positions. */
function checkSetting(edit: Edit, where: string, scope: EditScope): CheckedEdit[] {
  const extra = (['op', 'value', 'from', 'query', 'key'] as const).find((name) => edit[name] !== undefined)
  if (extra) throw new AttenscopeError('option', `${where} has a set and '${extra}', which do not go together`)
  if (positionPlaces.includes(edit.at)) {
    const other = (['head', 'step'] as const).find((name) => edit[name] !== undefined)
    if (other) throw new AttenscopeError('option', `${where}.${other}: positions are those of all heads and steps`)
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
      throw new AttenscopeError('option', `${where}.set.positions are those of all heads and steps`)
    }
    return { where, edit, at, settings, first: firstRow(where, edit, target.part, scope) }
  })
}

function firstRow(where: string, { step, query, op }: Edit, part: Part, { rowOfStep, info }: EditScope): number {
  if (step === undefined) return 0
  if (!rowOfStep)
    throw new AttenscopeError('option', `${where}.step: a run has none unless promptTokens says where they begin`)
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

export function index(name: string, value: unknown, limit: number): void {
  if (value === undefined) return
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < limit) return
  throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected an integer from 0 to ${limit - 1}`)
}
