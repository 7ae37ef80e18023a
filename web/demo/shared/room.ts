/** How much memory a model may take here: a phone ends a page that takes too much, and says nothing. */
import type { Dtype, ModelInspection } from 'attenscope'

/** Bytes of a number in each form; scales and padding aside. */
export const widths = { f32: 4, f16: 2, int8: 1 } as const satisfies Readonly<Partial<Record<Dtype, number>>>

/** A 32-bit WebAssembly memory holds no more. */
const MOST_BYTES = 4e9

/** Of the device's memory, what one page may take without being ended. */
const SHARE = 0.25

/** What a phone that does not say how much it has lets a page take. */
const OF_SILENT_PHONE = 1e9

/** A model takes so much more while it loads than when it is there. */
const WHILE_LOADING = 1.15

interface Device {
  /** In gigabytes, rounded down; not every browser says. */
  readonly memory: number | undefined
  readonly isPhone: boolean
}

/** The device that the page is on. */
export function thisDevice(): Device {
  const { deviceMemory } = navigator as Navigator & { readonly deviceMemory?: number }
  return { memory: deviceMemory, isPhone: matchMedia('(pointer: coarse)').matches }
}

/** Bytes. */
export function roomOn({ memory, isPhone }: Device): number {
  if (memory !== undefined) return Math.min(MOST_BYTES, memory * 1e9 * SHARE)
  return isPhone ? OF_SILENT_PHONE : MOST_BYTES
}

export function fits(weightBytes: number, room: number): boolean {
  return weightBytes * WHILE_LOADING <= room
}

/** What the weights will take: those that are stored in 8 bits stay so unless another form is asked for. */
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
