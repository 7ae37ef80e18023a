/** Checks edits, which may come from a link, and writes them as the engine takes them. */

import { unknownName } from './capture.js'
import { AttenscopeError } from './errors.js'
import { isJsonObject, kindOf } from './formats/json.js'
import type { EngineEdit } from './engine.js'
import { partOfName } from './trace/parts.js'
import type { Edit, ModelInfo } from './types.js'

const any = -1
const fields = ['at', 'op', 'head', 'query', 'key', 'value']

export function toEngineEdits(edits: readonly Edit[], traceNames: readonly string[], info: ModelInfo): EngineEdit[] {
  return edits.map((edit, i) => {
    const where = `edits[${i}]`
    if (!isJsonObject(edit)) throw new AttenscopeError('option', `${where} is ${kindOf(edit)}, expected an object`)
    // A misspelt head would edit all of them.
    const unknown = Object.keys(edit).find((name) => !fields.includes(name))
    if (unknown !== undefined) {
      throw new AttenscopeError('option', `${where} has no '${unknown}'; an edit has ${fields.join(', ')}`)
    }
    if (!traceNames.includes(edit.at)) throw unknownName(`${where}.at`, String(edit.at), traceNames)
    if (!edit.at.endsWith('.pattern')) {
      throw new AttenscopeError(
        'unsupported',
        `${where}.at is '${edit.at}'; only patterns can be edited, such as blocks.0.attn.pattern`
      )
    }
    if (edit.op !== 'zero' && edit.op !== 'scale') {
      throw new AttenscopeError('unsupported', `${where}.op is ${kindOf(edit.op)}; supported: 'zero', 'scale'`)
    }
    if (edit.op === 'scale' && !Number.isFinite(Math.fround(edit.value ?? NaN))) {
      throw new AttenscopeError('option', `${where}.value is ${kindOf(edit.value)}; 'scale' takes a finite number`)
    }
    return {
      at: edit.at,
      op: edit.op,
      head: index(`${where}.head`, edit.head, info.parts[partOfName(info, edit.at)]?.N ?? info.N),
      query: index(`${where}.query`, edit.query, info.context),
      key: index(`${where}.key`, edit.key, info.context),
      value: edit.value ?? 0
    }
  })
}

function index(name: string, value: number | undefined, limit: number): number {
  if (value === undefined) return any
  if (!Number.isInteger(value) || value < 0 || value >= limit) {
    throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected an integer from 0 to ${limit - 1}`)
  }
  return value
}
