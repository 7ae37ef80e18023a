/** Masks for sparse attention. */

import type { OpsEngine } from '../engine/ops-engine.js'
import type { MaskTensor } from './attention-types.js'
import { need } from './choices.js'
import type { SparseMaskKind, SparseMaskOptions } from './row-types.js'
import { choice, given, integer, maskTensors, shapeError } from './values.js'

const kinds: readonly SparseMaskKind[] = ['strided', 'fixed', 'block']
const names = {
  strided: ['length', 'keys', 'stride'],
  fixed: ['length', 'keys', 'stride', 'summary'],
  block: ['length', 'keys', 'block', 'layout']
}

/**
 * A mask (T, S) of zeros and ones, for the option `mask` of attention:
 *
 * - 'strided': query t sees the last `stride` keys up to its own position, and every `stride`-th key before (Child et al. 2019)
 * - 'fixed': up to its own position, query t sees the keys of its own block of `stride` keys and the last `summary` keys of
 *   every block (Child et al. 2019)
 * - 'block': query t sees key s when `layout` (⌈T / block⌉, ⌈S / block⌉) is 1 for their blocks (Gray et al. 2017)
 *
 * Throws 'option' and 'shape'.
 */
export function sparseMask(
  engine: OpsEngine,
  kind: SparseMaskKind,
  all: SparseMaskOptions
): MaskTensor & { readonly data: Uint8Array } {
  choice('kind', kind, kinds)
  const options = given(`sparseMask of kind '${kind}'`, all, names[kind])
  const length = integer('length', options.length ?? NaN, 0)
  const keys = integer('keys', options.keys, length)
  const layout = kind === 'block' ? layoutOf(options.layout) : undefined
  const { data, shape } = need(
    engine.op(
      'sparseMask',
      { layout },
      {
        ...{ kind, length, keys },
        stride: kind === 'block' ? 0 : integer('stride', options.stride ?? NaN, 0, 1),
        summary: integer('summary', options.summary, 1, 1),
        block: kind === 'block' ? integer('block', options.block ?? NaN, 0, 1) : 0
      }
    ),
    'mask'
  )
  return { data: Uint8Array.from(data), shape }
}

function layoutOf(value: unknown) {
  const { allowed } = maskTensors(value, 'layout')
  if (allowed?.shape.length === 2) return allowed
  throw shapeError(
    'layout',
    allowed ? `of ${allowed.shape.length} dimensions` : 'missing or of floats',
    '(⌈T / block⌉, ⌈S / block⌉) of 0 and 1'
  )
}
