/** Checks of what callers give to the attention library, with errors that name it, what was found and what was expected. */

import { AttenscopeError } from '../errors.js'
import type { Tensor } from '../types.js'

/** A tensor on its way into the engine. */
export interface EngineTensor {
  readonly data: Float32Array | Uint8Array | Int32Array
  readonly shape: readonly number[]
}

/** '(2, 3)'. */
export function shapeText(shape: readonly (number | string)[]): string {
  return `(${shape.join(', ')})`
}

/** What kind of value this is, in words. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  return `a ${value.constructor?.name ?? 'plain object'}`
}

export function shapeError(name: string, found: string, expected: string): AttenscopeError {
  return new AttenscopeError('shape', `${name} is ${found}, expected ${expected}`)
}

export function optionError(name: string, found: unknown, expected: string): AttenscopeError {
  const shown = typeof found === 'string' ? `'${found}'` : typeof found === 'number' ? String(found) : kindOf(found)
  return new AttenscopeError('option', `${name} is ${shown}, expected ${expected}`)
}

/** The fields of an options object. Throws 'option' for what is no object, and for a name that is not known. */
export function checkNames(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw optionError(`the options of ${what}`, options, 'an object')
  for (const [name, value] of Object.entries(options)) {
    // What is undefined was left out.
    if (value !== undefined && !known.includes(name)) {
      throw new AttenscopeError('option', `${what} has no option '${name}'; it has ${known.join(', ')}`)
    }
  }
}

/** The shape of a tensor. Throws 'shape' unless it is a list of whole numbers whose product is the number of elements. */
function checkShape(name: string, value: unknown, length: number): readonly number[] {
  if (!Array.isArray(value)) throw shapeError(`${name}.shape`, kindOf(value), 'an array of numbers')
  const shape: readonly unknown[] = value
  const extents = shape.map((extent) => {
    if (typeof extent === 'number' && Number.isInteger(extent) && extent >= 0 && extent < 2 ** 31) return extent
    throw shapeError(name, `of shape ${shapeText(shape.map(String))}`, 'whole numbers from 0 on in it')
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

/** A tensor of float32, of any rank. Throws 'shape'. */
export function anyTensor(name: string, value: unknown): Tensor {
  const { data, shape } = fieldsOf(name, value, 'Float32Array')
  if (!(data instanceof Float32Array)) throw shapeError(`${name}.data`, kindOf(data), 'a Float32Array')
  return { data, shape: checkShape(name, shape, data.length) }
}

/** A tensor of float32 with one extent for each letter. Throws 'shape'. */
export function tensor(name: string, value: unknown, letters: string): Tensor {
  const checked = anyTensor(name, value)
  const wanted = letters.split(' ')
  if (checked.shape.length !== wanted.length) {
    throw shapeError(name, `of shape ${shapeText(checked.shape)}`, shapeText(wanted))
  }
  return checked
}

export function optionalTensor(name: string, value: unknown, letters: string): Tensor | undefined {
  return value === undefined ? undefined : tensor(name, value, letters)
}

/** A mask: as bytes where it says which keys are seen, as floats where it is added. Throws 'shape'. */
export function maskTensors(value: unknown, name = 'mask'): { allowed?: EngineTensor; bias?: EngineTensor } {
  if (value === undefined) return {}
  const { data, shape } = fieldsOf(name, value, 'Uint8Array or Float32Array')
  if (data instanceof Float32Array) return { bias: { data, shape: checkShape(name, shape, data.length) } }
  const bytes = Array.isArray(data) ? booleanBytes(name, data) : data
  if (bytes instanceof Uint8Array) return { allowed: { data: bytes, shape: checkShape(name, shape, bytes.length) } }
  throw shapeError(`${name}.data`, kindOf(data), 'a Uint8Array, a Float32Array or an array of booleans')
}

function booleanBytes(name: string, data: readonly unknown[]): Uint8Array {
  return Uint8Array.from(data, (value) => {
    if (typeof value === 'boolean' || value === 0 || value === 1) return Number(value)
    throw shapeError(`${name}.data`, `an array with ${kindOf(value)} in it`, 'booleans')
  })
}

/** A mask for where none can be added: floats have to be 0 or −∞. Throws 'shape', and 'option' for other floats. */
export function seenMask(value: unknown): EngineTensor | undefined {
  const { allowed, bias } = maskTensors(value)
  if (!bias) return allowed
  const bytes = Uint8Array.from(bias.data, (number) => {
    if (number === 0 || number === -Infinity) return number === 0 ? 1 : 0
    throw optionError('mask', number, '0 or −Infinity: here a mask hides keys and cannot be added to scores')
  })
  return { data: bytes, shape: bias.shape }
}

/** Whole numbers as the engine takes them, (count) without a shape of their own. Throws 'shape', and 'option' for fractions. */
export function integers(name: string, value: unknown): { data: Int32Array; shape: readonly number[] } {
  const hasShape = typeof value === 'object' && value !== null && 'data' in value && 'shape' in value
  const list = hasShape ? value.data : value
  const isList = Array.isArray(list) || (ArrayBuffer.isView(list) && !(list instanceof DataView))
  if (!isList) throw shapeError(name, kindOf(list), 'an array of whole numbers')
  const data = Int32Array.from(list as ArrayLike<number | bigint>, (item) => {
    const number = Number(item)
    if (Number.isInteger(number) && Math.abs(number) < 2 ** 31) return number
    throw optionError(name, number, 'whole numbers below 2³¹')
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

/** A whole number within bounds. Throws 'option'. */
export function integer(name: string, value: unknown, byDefault: number, least = 0, most = 2 ** 31 - 1): number {
  if (value === undefined) return byDefault
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw optionError(name, value, `a whole number from ${least} to ${most}`)
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
