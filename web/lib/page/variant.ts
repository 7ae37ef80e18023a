/** Finds the best build of the engine for this machine: tests whether two tiny modules are valid. */

import { AttenscopeError } from '../errors.js'
import type { Variant } from '../types/index.js'

const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

/** A module with one function () → v128 with this body. Its sections: type, function, code. */
function moduleWithBody(body: readonly number[]): Uint8Array<ArrayBuffer> {
  const end = 0x0b
  const code = [0x00, ...body, end] // no locals
  return new Uint8Array([
    ...header,
    ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
    ...[0x03, 0x02, 0x01, 0x00],
    ...[0x0a, code.length + 2, 0x01, code.length, ...code]
  ])
}

const i32Zero = [0x41, 0x00]
const i32x4Splat = [0xfd, 0x11]
const zeroVector = [...i32Zero, ...i32x4Splat]
/** f32x4.relaxed_madd is opcode 0x105, in LEB128. */
const relaxedMadd = [0xfd, 0x85, 0x02]

/** The best build that this machine supports. Throws 'unsupported' without WebAssembly SIMD. */
export function detectVariant(validate: (bytes: BufferSource) => boolean = validateModule): Variant {
  if (validate(moduleWithBody([...zeroVector, ...zeroVector, ...zeroVector, ...relaxedMadd]))) return 'relaxed'
  if (validate(moduleWithBody(zeroVector))) return 'base'
  throw new AttenscopeError(
    'unsupported',
    'this browser or runtime has no WebAssembly SIMD, which the engine needs (Chrome 91, Firefox 89, Safari 16.4, Node 20 or newer have it)'
  )
}

function validateModule(bytes: BufferSource): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(bytes)
}
