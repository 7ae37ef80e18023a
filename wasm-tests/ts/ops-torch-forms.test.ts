/**
 * The forms of attention and their combinations, compared with PyTorch: results within 1e-5, gradients of autograd
 * within 1e-4.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadOps, type Ops, type Tensor } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { golden } from './support/folders.js'
import { largestDifference, readGolden } from './support/golden-file.js'
import { joined, third } from './support/joined-projections.js'
import { named } from './support/ops-formula.js'
import { variants } from './support/ops.js'

interface Case {
  readonly name: string
  readonly op: keyof typeof operations
  readonly options: Readonly<Record<string, unknown>>
}

type Tensors = Readonly<Record<string, Tensor>>
interface Found {
  readonly output: Tensor
  readonly gradients: Readonly<Record<string, Tensor | undefined>>
}
/**
 * Runs a case. Returns its result, and its gradients by the names of their inputs. `x` holds the tensors of the case.
 */
type Operation = (ops: Ops, x: Tensors, options: object) => Found

/** Returns the tensor of this name, which the case must have. */
function of(x: Tensors, name: string): Tensor {
  const found = x[name]
  if (!found) throw new Error(`the case has no ${name}`)
  return found
}

const isGiven = (name: string) => name !== 'output' && name !== 'gradOutput' && !name.startsWith('grad.')

/** Converts names with dots into nested objects. */
function nested(x: Tensors): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [name, tensor] of Object.entries(x)) {
    const [outer = '', inner] = name.split('.')
    if (inner === undefined) fields[outer] = tensor
    else fields[outer] = { ...(fields[outer] as object | undefined), [inner]: tensor }
  }
  return fields
}

const withPrefix = (prefix: string, tensors: object) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}${name}`, tensor as Tensor]))

const attention: Operation = (ops, { gradOutput, ...x }, options) => {
  const call = { ...options, ...nested(x) } as unknown as Parameters<Ops['attention']>[0]
  const { gradParameters, gradScale, ...gradients } = ops.attentionGradient({
    ...call,
    gradOutput: gradOutput as Tensor
  })
  expect(gradScale).not.toBeNaN()
  return {
    output: ops.attention(call).output,
    gradients: { ...named(gradients), ...withPrefix('parameters.', gradParameters) }
  }
}

const t5: Operation = (
  ops,
  { table, ...x },
  { bidirectional, maxDistance }: { bidirectional?: boolean; maxDistance?: number }
) => {
  const bias = {
    length: 3,
    keys: 5,
    table: table as Tensor,
    bidirectional: bidirectional ?? true,
    maxDistance: maxDistance ?? 16
  }
  const { data, shape } = ops.positionalEncoding('t5', bias)
  const { output, gradients } = attention(ops, { ...x, mask: { data, shape } }, {})
  const gradOutput = gradients['mask'] as Tensor
  return {
    output,
    gradients: { ...gradients, table: ops.positionalEncodingGradient('t5', { ...bias, gradOutput }).gradTable }
  }
}

const alibi: Operation = (ops, x, options) => {
  const { data, shape } = ops.positionalEncoding('alibi', { length: 3, keys: 5, heads: 4 })
  return attention(ops, { ...x, mask: { data, shape } }, options)
}

const rotary: Operation = (ops, { cos, sin, queryPositions, keyPositions, ...x }, options) => {
  const turns = (positions: Tensor | undefined) => ({
    ...{ ...options, cos: cos as Tensor, sin: sin as Tensor },
    positions: Array.from(positions?.data ?? [])
  })
  const [query, key] = [turns(queryPositions), turns(keyPositions)]
  const turned = { q: ops.rotary(of(x, 'q'), query), k: ops.rotary(of(x, 'k'), key) }
  const { output, gradients } = attention(ops, { ...x, ...turned }, {})
  const q = ops.rotaryGradient(of(x, 'q'), { ...query, gradOutput: gradients['q'] as Tensor }).gradX
  const k = ops.rotaryGradient(of(x, 'k'), { ...key, gradOutput: gradients['k'] as Tensor }).gradX
  return { output, gradients: { ...gradients, q, k } }
}

const multiHead: Operation = (ops, x, options) => {
  const { context, mask, gradOutput } = x
  const biases = x['in_proj_bias']
  const part = (name: string, index: number) => ({
    weight: x['in_proj_weight'] ? third(of(x, 'in_proj_weight'), index) : of(x, `${name}_proj_weight`),
    ...(biases && { bias: third(biases, index) })
  })
  const outBias = x['out_proj.bias']
  const [B = 0, T = 0] = of(x, 'x').shape
  const call = {
    ...(options as { heads: number }),
    ...{ x: of(x, 'x'), ...(context && { context }) },
    ...(mask && { mask: { data: mask.data, shape: [B, mask.shape[0]! / B, T, mask.shape[2]!] } }),
    parameters: {
      ...{ query: part('q', 0), key: part('k', 1), value: part('v', 2) },
      output: { weight: of(x, 'out_proj.weight'), ...(outBias && { bias: outBias }) }
    }
  }
  const found = ops.multiHeadAttentionGradient({ ...call, gradOutput: gradOutput as Tensor })
  const { query, key, value, output } = found.gradParameters
  const { gradMask } = found
  return {
    output: ops.multiHeadAttention(call).output,
    gradients: {
      ...{ x: found.gradX, context: found.gradContext },
      in_proj_weight: joined(query.weight, key.weight, value.weight),
      ...{ q_proj_weight: query.weight, k_proj_weight: key.weight, v_proj_weight: value.weight },
      in_proj_bias: query.bias && joined(query.bias, key.bias, value.bias),
      ...{ 'out_proj.weight': output?.weight, 'out_proj.bias': output?.bias },
      mask: gradMask && { data: gradMask.data, shape: mask?.shape ?? [] }
    }
  }
}

const pool: Operation = (ops, { gradOutput, ...x }, options) => {
  const call = { ...options, ...nested(x) } as unknown as Parameters<Ops['attentionPool']>[0]
  const { gradParameters, ...gradients } = ops.attentionPoolGradient({ ...call, gradOutput: gradOutput as Tensor })
  return {
    output: ops.attentionPool(call).output,
    gradients: { ...named(gradients), ...withPrefix('parameters.', gradParameters) }
  }
}

const operations = { attention, t5, alibi, rotary, multiHead, pool }
const cases = JSON.parse(readFileSync(join(golden('attention'), 'forms.json'), 'utf8')) as readonly Case[]

describe.each(variants)('forms of attention equal PyTorch on the %s build', (variant) => {
  let ops: Ops
  let stored: Awaited<ReturnType<typeof readGolden>>
  const largest = { results: 0, gradients: 0 }
  beforeAll(async () => {
    ops = await loadOps({ variant })
    stored = await readGolden(join(golden('attention'), 'forms.safetensors'))
  })
  afterAll(() => console.log(`largest differences from PyTorch's forms (${variant}): ${JSON.stringify(largest)}`))

  it('every stored case is tested', () => {
    const names = [...stored.keys()].map((key) => key.slice(0, key.indexOf('.')))
    expect(new Set(names)).toEqual(new Set(cases.map(({ name }) => name)))
  })

  it.each(cases)('$name', ({ name, op, options }) => {
    const all = [...stored].filter(([key]) => key.startsWith(`${name}.`))
    const tensors = Object.fromEntries(
      all.map(([key, { data, shape }]) => [key.slice(name.length + 1), { data: Float32Array.from(data), shape }])
    )
    // A mask without a gradient is boolean: it tells which keys are visible.
    const mask = tensors['mask'] &&
      !tensors['grad.mask'] && { ...tensors['mask'], data: Uint8Array.from(tensors['mask'].data) }
    const given = Object.fromEntries(Object.entries(tensors).filter(([key]) => isGiven(key) || key === 'gradOutput'))
    const x = { ...given, ...(mask && { mask: mask as unknown as Tensor }) }
    const { output, gradients } = operations[op](ops, x, options)
    const compare = (kind: 'results' | 'gradients', part: string, found: Tensor | undefined, tolerance: number) => {
      const expected = of(tensors, part)
      expect(found?.shape, part).toEqual(expected.shape)
      const difference = largestDifference(found?.data ?? [], expected.data)
      expect(difference, part).toBeLessThanOrEqual(tolerance)
      largest[kind] = Math.max(largest[kind], difference)
    }
    compare('results', 'output', output, 1e-5)
    const parts = Object.keys(tensors).filter((key) => key.startsWith('grad.'))
    expect(parts.length).toBeGreaterThan(0)
    for (const part of parts) compare('gradients', part, gradients[part.slice(5)], 1e-4)
  })
})
