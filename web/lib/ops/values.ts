/**
 * Checks the arguments of the attention library, with errors that name the argument, the value found and the value
 * expected.
 */

import { AttenscopeError } from '../errors.js'
import { refuseUnknown } from '../known-options.js'
import type { Tensor } from '../types/index.js'

/** A tensor in a form that the engine accepts. */
export interface EngineTensor {
  readonly data: Float32Array | Uint8Array | Int32Array
  readonly shape: readonly number[]
}

/** '(2, 3)'. */
export function shapeText(shape: readonly (number | string)[]): string {
  return `(${shape.join(', ')})`
}

/** The kind of a value, for error messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  return `a ${value.constructor?.name ?? 'plain object'}`
}

/** The 'shape' error of an argument: its name, what was found and what was expected. */
export function shapeError(name: string, found: string, expected: string): AttenscopeError {
  return new AttenscopeError('shape', `${name} is ${found}, expected ${expected}`)
}

/** The 'option' error of an argument: its name, what was found and what was expected. */
export function optionError(name: string, found: unknown, expected: string): AttenscopeError {
  const shown = typeof found === 'string' ? `'${found}'` : typeof found === 'number' ? String(found) : kindOf(found)
  return new AttenscopeError('option', `${name} is ${shown}, expected ${expected}`)
}

/**
 * The fields of an options object that are not undefined or null. `what` names the call in errors. Throws 'option' for a value
 * that is no object, and for an unknown field.
 */
export function given<Options extends object>(what: string, options: Options, known: readonly string[]): Options {
  const value: unknown = options
  if (typeof value !== 'object' || value === null) throw optionError(`the options of ${what}`, value, 'an object')
  const fields = Object.entries(value).filter(([, each]) => each !== undefined && each !== null)
  const set = Object.fromEntries(fields) as Options
  refuseUnknown(what, set, known, 'option ')
  return set
}

/** The shape of a tensor. Throws 'shape' unless it is a list of integers whose product is the number of elements. */
function checkShape(name: string, value: unknown, length: number): readonly number[] {
  if (!Array.isArray(value)) throw shapeError(`${name}.shape`, kindOf(value), 'an array of numbers')
  const shape: readonly unknown[] = value
  const extents = shape.map((extent) => {
    if (typeof extent === 'number' && Number.isInteger(extent) && extent >= 0 && extent < 2 ** 31) return extent
    throw shapeError(name, `of shape ${shapeText(shape.map(String))}`, 'integers from 0 on')
  })
  const product = extents.reduce((all, extent) => all * extent, 1)
  if (product !== length) {
    throw shapeError(name, `${length} numbers`, `${product} for the shape ${shapeText(extents)}`)
  }
  return extents
}

function fieldsOf(name: string, value: unknown, kinds: string): { data: unknown; shape: unknown } {
  if (typeof value === 'object' && value !== null && 'data' in value && 'shape' in value) return value
  throw shapeError(name, kindOf(value), `{ data: ${kinds}, shape }`)
}

/** A float32 tensor of any rank. Throws 'shape'. */
export function anyTensor(name: string, value: unknown): Tensor {
  const { data, shape } = fieldsOf(name, value, 'Float32Array')
  if (!(data instanceof Float32Array)) throw shapeError(`${name}.data`, kindOf(data), 'a Float32Array')
  return { data, shape: checkShape(name, shape, data.length) }
}

/** A float32 tensor with one dimension for each of the letters. Throws 'shape'. */
export function tensor(name: string, value: unknown, letters: string): Tensor {
  const checked = anyTensor(name, value)
  const wanted = letters.split(' ')
  if (checked.shape.length !== wanted.length) {
    throw shapeError(name, `of shape ${shapeText(checked.shape)}`, shapeText(wanted))
  }
  return checked
}

/** Like `tensor`, but accepts undefined. */
export function optionalTensor(name: string, value: unknown, letters: string): Tensor | undefined {
  return value === undefined ? undefined : tensor(name, value, letters)
}

/** A mask: bytes that show or hide keys (`allowed`), or floats that are added to the scores (`bias`). Throws 'shape'. */
export function maskTensors(value: unknown, name = 'mask'): { allowed?: EngineTensor; bias?: EngineTensor } {
  if (value === undefined) return {}
  const { data, shape } = fieldsOf(name, value, 'Uint8Array or Float32Array')
  if (data instanceof Float32Array) return { bias: { data, shape: checkShape(name, shape, data.length) } }
  const bytes = data instanceof Uint8Array ? data : zerosAndOnes(name, data)
  return { allowed: { data: bytes, shape: checkShape(name, shape, bytes.length) } }
}

/** The bytes of booleans, or of the integers 0 and 1, as in the attention mask of a tokenizer. */
function zerosAndOnes(name: string, data: unknown): Uint8Array {
  const isFloat = data instanceof Float64Array
  if (isFloat || !(Array.isArray(data) || (ArrayBuffer.isView(data) && !(data instanceof DataView)))) {
    throw shapeError(
      `${name}.data`,
      kindOf(data),
      'a Uint8Array, integers, booleans, or a Float32Array to add to the scores'
    )
  }
  return Uint8Array.from(data as ArrayLike<unknown>, (value) => {
    const number = typeof value === 'boolean' || typeof value === 'bigint' ? Number(value) : value
    if (number === 0 || number === 1) return number
    const found = typeof value === 'number' ? String(value) : kindOf(value)
    throw shapeError(`${name}.data`, `an array with ${found} in it`, '0 and 1, or a Float32Array to add to the scores')
  })
}

/**
 * Integers in the engine's form; without a shape of their own their shape is (count). Throws 'shape', and 'option' for
 * fractions.
 */
export function integers(name: string, value: unknown): { data: Int32Array; shape: readonly number[] } {
  const hasShape = typeof value === 'object' && value !== null && 'data' in value && 'shape' in value
  const list = hasShape ? value.data : value
  const isList = Array.isArray(list) || (ArrayBuffer.isView(list) && !(list instanceof DataView))
  if (!isList) throw shapeError(name, kindOf(list), 'an array of integers')
  const data = Int32Array.from(list as ArrayLike<number | bigint>, (item) => {
    const number = Number(item)
    if (Number.isInteger(number) && Math.abs(number) < 2 ** 31) return number
    throw optionError(name, number, 'integers below 2³¹')
  })
  return { data, shape: hasShape ? checkShape(name, value.shape, data.length) : [data.length] }
}

/** A number within bounds. Throws 'option'. */
export function number(name: string, value: unknown, byDefault: number, least = -Infinity, most = Infinity): number {
  if (value === undefined) return byDefault
  if (typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most) return value
  const bounds = least === -Infinity ? '' : most === Infinity ? ` from ${least} on` : ` from ${least} to ${most}`
  throw optionError(name, value, `a finite number${bounds}`)
}

/** An integer within bounds. Throws 'option'. */
export function integer(name: string, value: unknown, byDefault: number, least = 0, most = 2 ** 31 - 1): number {
  if (value === undefined) return byDefault
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw optionError(name, value, `an integer from ${least} to ${most}`)
}

/** One of some texts. Throws 'option'. */
export function choice<Name extends string>(
  name: string,
  value: unknown,
  names: readonly Name[],
  byDefault?: Name
): Name {
  const wanted = value === undefined ? byDefault : names.find((each) => each === value)
  if (wanted !== undefined) return wanted
  throw optionError(name, value, names.map((each) => `'${each}'`).join(', '))
}

/** True or false. Throws 'option'. */
export function flag(name: string, value: unknown, byDefault: boolean): boolean {
  if (value === undefined) return byDefault
  if (typeof value === 'boolean') return value
  throw optionError(name, value, 'true or false')
}
