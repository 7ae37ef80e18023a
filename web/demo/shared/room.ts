/** Estimates how much memory a model may take: a phone closes a page that takes too much, without a message. */
import type { Dtype, ModelInspection } from 'attenscope'

/** Bytes of one weight in each format, without scales and padding. */
export const widths = { f32: 4, f16: 2, int8: 1 } as const satisfies Readonly<Partial<Record<Dtype, number>>>

/** The limit of a 32-bit WebAssembly memory, in bytes. */
const MOST_BYTES = 4e9

/** The share of the device's memory that one page can use safely. */
const SHARE = 0.25

/** Bytes that a page can use on a phone that does not report its memory. */
const OF_SILENT_PHONE = 1e9

/** Peak memory while loading, relative to the loaded model. */
const WHILE_LOADING = 1.15

interface Device {
  /** In gigabytes, rounded down; undefined where the browser does not report it. */
  readonly memory: number | undefined
  readonly isPhone: boolean
}

/** The device that the page is on. */
export function thisDevice(): Device {
  const { deviceMemory } = navigator as Navigator & { readonly deviceMemory?: number }
  return { memory: deviceMemory, isPhone: matchMedia('(pointer: coarse)').matches }
}

/** Bytes that a page can use on this device. */
export function roomOn({ memory, isPhone }: Device): number {
  if (memory !== undefined) return Math.min(MOST_BYTES, memory * 1e9 * SHARE)
  return isPhone ? OF_SILENT_PHONE : MOST_BYTES
}

export function fits(weightBytes: number, room: number): boolean {
  return weightBytes * WHILE_LOADING <= room
}

/** Bytes of the weights in memory; with 'auto', weights that are stored in 8 bits stay in 8 bits. */
export function heldBytes(
  { info, tensors }: { info: Pick<ModelInspection['info'], 'parameters'>; tensors: ModelInspection['tensors'] },
  dtype: Dtype
): number {
  if (dtype !== 'auto') return info.parameters * widths[dtype]
  const sizes = tensors.map(
    ({ dtype: stored, shape }) =>
      shape.reduce((product, size) => product * size, 1) * (stored === 'I8' ? widths.int8 : widths.f32)
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
