/** Masks of sparse attention, compared with masks drawn by hand, and attention with these masks. */

import { loadOps, type MaskTensor, type Ops } from 'attenscope'
import { beforeAll, describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { randomTensors, variants } from './support/ops.js'

/** Returns a row of 0 and 1 for each query. */
function rows({ data, shape }: MaskTensor): string[] {
  const [T = 0, S = 0] = shape
  return Array.from({ length: T }, (_, t) => Array.from(data.slice(t * S, (t + 1) * S), Number).join(''))
}

describe.each(variants)('sparse masks on the %s build', (variant) => {
  let ops: Ops
  beforeAll(async () => {
    ops = await loadOps({ variant })
  })

  it('strided: the last two keys, and every second key before them', () => {
    const mask = ops.sparseMask('strided', { length: 5, stride: 2 })
    expect(rows(mask)).toEqual(['10000', '11000', '11100', '01110', '10111'])
  })

  it('fixed: the keys of its own block, and the last of every block', () => {
    expect(rows(ops.sparseMask('fixed', { length: 5, stride: 2 }))).toEqual([
      '10000',
      '11000',
      '01100',
      '01110',
      '01011'
    ])
    const two = ops.sparseMask('fixed', { length: 4, keys: 3, stride: 3, summary: 2 })
    expect(rows(two)).toEqual(['100', '110', '111', '011'])
  })

  it('block: the blocks of the layout', () => {
    const layout = { data: Uint8Array.of(1, 0, 0, 1), shape: [2, 2] }
    expect(rows(ops.sparseMask('block', { length: 3, keys: 4, block: 2, layout }))).toEqual(['1100', '1100', '0011'])
    const spoken = { data: [true, true], shape: [1, 2] }
    expect(rows(ops.sparseMask('block', { length: 1, keys: 3, block: 2, layout: spoken }))).toEqual(['111'])
  })

  it('attention gives masked keys weight 0, for every head and sequence', () => {
    const random = randomTensors(3)
    const mask = ops.sparseMask('fixed', { length: 5, stride: 2 })
    const [q, k] = [random(2, 4, 5, 3), random(2, 2, 5, 3)]
    const { pattern } = ops.attention({ q, k, v: k, mask })
    const seen = Array.from(pattern?.data ?? [], (weight) => (weight > 0 ? 1 : 0)).join('')
    expect(seen).toBe(rows(mask).join('').repeat(8))
  })

  it('refuses invalid options', async () => {
    const layout = { data: Uint8Array.of(1), shape: [1, 1] }
    await expectError(() => ops.sparseMask('spiral' as 'fixed', { length: 2 }), 'option', "'spiral'", "'strided'")
    await expectError(() => ops.sparseMask('strided', { length: 2 }), 'option', 'stride')
    await expectError(() => ops.sparseMask('strided', { length: 2, stride: 1, block: 1 }), 'option', "'block'")
    await expectError(
      () => ops.sparseMask('fixed', { length: 2, stride: 2, summary: 3 }),
      'option',
      'summary',
      '3',
      '2'
    )
    await expectError(
      () => ops.sparseMask('block', { length: 2, block: 1, layout }),
      'shape',
      'layout',
      '(1, 1)',
      '(2, 2)'
    )
    await expectError(() => ops.sparseMask('block', { length: 2, block: 1 }), 'shape', 'layout')
    await expectError(() => ops.sparseMask('strided', { length: 2 ** 20, stride: 2 }), 'memory', '(1048576, 1048576)')
  })
})
