/** Looks for numbers that are NaN or infinite in the bytes of a tensor, in every number format. */

/** A float's bits for the exponent, which are all set in NaN and in an infinity, and the bits of −∞. */
interface FloatForm {
  readonly exponent: number
  readonly minusInfinity: number
}

const f32: FloatForm = { exponent: 0x7f800000, minusInfinity: 0xff800000 }
const f16: FloatForm = { exponent: 0x7c00, minusInfinity: 0xfc00 }
const bf16: FloatForm = { exponent: 0x7f80, minusInfinity: 0xff80 }

/** The bytes of a block of GGUF's formats, and where its scales in half precision are. */
const blocks: Readonly<Record<string, { readonly bytes: number; readonly scales: readonly number[] }>> = {
  Q8_0: { bytes: 34, scales: [0] },
  Q4_0: { bytes: 18, scales: [0] },
  Q4_K: { bytes: 144, scales: [0, 2] },
  Q6_K: { bytes: 210, scales: [208] }
}

/** Whether a number in these bytes is NaN or infinite. `allowsMinusInfinity`: −∞ is a number that may stand there. */
export function hasNonFinite(bytes: Uint8Array, dtype: string, allowsMinusInfinity = false): boolean {
  const isBad = (bits: number, { exponent, minusInfinity }: FloatForm) =>
    (bits & exponent) === exponent && !(allowsMinusInfinity && bits === minusInfinity)
  const { buffer, byteOffset, byteLength } = bytes
  const block = blocks[dtype]
  if (block) {
    const view = new DataView(buffer, byteOffset, byteLength)
    for (let at = 0; at + block.bytes <= byteLength; at += block.bytes) {
      for (const scale of block.scales) if (isBad(view.getUint16(at + scale, true), f16)) return true
    }
    return false
  }
  const width = dtype === 'F32' ? 4 : dtype === 'F16' || dtype === 'BF16' ? 2 : 0
  if (width === 0) return false
  // A view needs an aligned start; a copy has one.
  if (byteOffset % width !== 0) return hasNonFinite(bytes.slice(), dtype, allowsMinusInfinity)
  const count = Math.floor(byteLength / width)
  const view = width === 4 ? new Uint32Array(buffer, byteOffset, count) : new Uint16Array(buffer, byteOffset, count)
  const form = dtype === 'F32' ? f32 : dtype === 'F16' ? f16 : bf16
  for (let i = 0; i < count; ++i) if (isBad(view[i] ?? 0, form)) return true
  return false
}
