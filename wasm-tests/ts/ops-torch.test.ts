/** The attention library, compared with PyTorch: results within 1e-5, gradients of autograd within 1e-4. */

import { join } from 'node:path'
import { loadOps, type Ops, type Tensor } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { golden } from './support/folders.js'
import { largestDifference, readGolden } from './support/golden-file.js'
import { joined, third } from './support/joined-projections.js'
import { named } from './support/ops-formula.js'
import { variants } from './support/ops.js'

/** Returns a tensor of the case by name. */
type Case = (name: string) => Tensor
type Results = Readonly<Record<string, Tensor | undefined>>

const seen = ({ data, shape }: Tensor) => ({ data: Uint8Array.from(data), shape })
const qkv = (of: Case) => ({ q: of('q'), k: of('k'), v: of('v') })

/** Runs a case. Returns its results, and its gradients by the names of their inputs. */
type Run = (ops: Ops, of: Case) => { results: Results; gradients: Results }

const attention =
  (more: (of: Case) => object): Run =>
  (ops, of) => {
    const options = { ...qkv(of), ...more(of) }
    const { output, pattern } = ops.attention(options)
    const { gradParameters: _none, ...gradients } = ops.attentionGradient({ ...options, gradOutput: of('gradOutput') })
    return { results: { output, pattern }, gradients: named(gradients) }
  }

const multiHead =
  (isSelf: boolean): Run =>
  (ops, of) => {
    const weight = (name: string, index: number) => (isSelf ? third(of('in'), index) : of(name))
    const part = (name: string, index: number) => ({ weight: weight(name, index), bias: third(of('inBias'), index) })
    const padding = isSelf ? undefined : seen(of('mask'))
    const options = {
      x: of('x'),
      parameters: {
        ...{ query: part('query', 0), key: part('key', 1), value: part('value', 2) },
        output: { weight: of('out'), bias: of('outBias') }
      },
      heads: 4,
      ...(isSelf ? { causal: true } : { context: of('context') }),
      ...(padding && { mask: { data: padding.data, shape: [padding.shape[0] ?? 0, 1, 1, padding.shape[1] ?? 0] } })
    }
    const { output, pattern } = ops.multiHeadAttention(options)
    const found = ops.multiHeadAttentionGradient({ ...options, gradOutput: of('gradOutput') })
    const { query, key, value, output: out } = found.gradParameters
    const weights = isSelf
      ? { in: joined(query.weight, key.weight, value.weight) }
      : { query: query.weight, key: key.weight, value: value.weight, context: found.gradContext }
    const biases = { inBias: joined(query.bias, key.bias, value.bias), out: out?.weight, outBias: out?.bias }
    return { results: { output, pattern }, gradients: { x: found.gradX, ...weights, ...biases } }
  }

const norm =
  (name: 'layerNorm' | 'rmsNorm', more: object, parameters: readonly string[]): Run =>
  (ops, of) => {
    const options = { ...more, ...Object.fromEntries(parameters.map((each) => [each, of(each)])) }
    const gradOutput = of('gradOutput')
    const call = { ...options, gradOutput }
    const isLayer = name === 'layerNorm'
    const gradients = isLayer ? ops.layerNormGradient(of('x'), call) : ops.rmsNormGradient(of('x'), call)
    return { results: { output: ops[name](of('x'), options) }, gradients: named(gradients) }
  }

const softmax =
  (axis: number, log: boolean): Run =>
  (ops, of) => {
    const [x, gradOutput] = [of('x'), of('gradOutput')]
    return log
      ? {
          results: { output: ops.logSoftmax(x, axis) },
          gradients: named(ops.logSoftmaxGradient(x, { axis, gradOutput }))
        }
      : { results: { output: ops.softmax(x, axis) }, gradients: named(ops.softmaxGradient(x, { axis, gradOutput })) }
  }

const cases: Readonly<Record<string, Run>> = {
  sdpa: attention(() => ({})),
  sdpa_scale: attention(() => ({ scale: 0.3 })),
  sdpa_causal: attention(() => ({ causal: true })),
  sdpa_gqa: attention(() => ({})),
  sdpa_gqa_causal: attention(() => ({ causal: true })),
  sdpa_seen: attention((of) => ({ mask: seen(of('mask')) })),
  sdpa_bias: attention((of) => ({ mask: of('mask') })),
  mha_causal: multiHead(true),
  mha_context: multiHead(false),
  layer_norm: norm('layerNorm', {}, ['weight', 'bias']),
  layer_norm_two: norm('layerNorm', { axis: 1, epsilon: 1e-3 }, ['weight', 'bias']),
  rms_norm: norm('rmsNorm', {}, ['weight']),
  rms_norm_bare: norm('rmsNorm', { axis: -2, epsilon: 1e-6 }, []),
  ...Object.fromEntries(
    [0, 1, 2].flatMap((axis) => [
      [`softmax_${axis}`, softmax(axis, false)],
      [`log_softmax_${axis}`, softmax(axis, true)]
    ])
  )
}

describe.each(variants)('PyTorch and the %s build', (variant) => {
  let ops: Ops
  let stored: Awaited<ReturnType<typeof readGolden>>
  const largest = { results: 0, gradients: 0 }
  beforeAll(async () => {
    ops = await loadOps({ variant })
    stored = await readGolden(join(golden('attention'), 'golden.safetensors'))
  })
  afterAll(() => console.log(`largest differences from PyTorch (${variant}): ${JSON.stringify(largest)}`))

  it('every stored case is tested', () => {
    expect(new Set([...stored.keys()].map((key) => key.split('.')[0]))).toEqual(new Set(Object.keys(cases)))
  })

  it.each(Object.entries(cases))('%s', (name, run) => {
    const of = (part: string): Tensor => {
      const found = stored.get(`${name}.${part}`)
      if (!found) throw new Error(`the golden file has no ${name}.${part}`)
      return { data: Float32Array.from(found.data), shape: found.shape }
    }
    const { results, gradients } = run(ops, of)
    const compare = (kind: 'results' | 'gradients', part: string, found: Tensor | undefined, tolerance: number) => {
      const expected = of(part)
      expect(found?.shape, part).toEqual(expected.shape)
      const difference = largestDifference(found?.data ?? [], expected.data)
      expect(difference, part).toBeLessThanOrEqual(tolerance)
      largest[kind] = Math.max(largest[kind], difference)
    }
    compare('results', 'output', results['output'], 1e-5)
    if (stored.has(`${name}.pattern`)) compare('results', 'pattern', results['pattern'], 1e-5)
    const prefix = `${name}.grad.`
    const parts = [...stored.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
    expect(parts.length).toBeGreaterThan(0)
    for (const part of parts) compare('gradients', `grad.${part}`, gradients[part], 1e-4)
  })
})
