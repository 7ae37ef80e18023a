/**
 * The errors of the attention library, by code and by words of the message; and that it stays usable after an error.
 */

import { loadOps, type Ops, type Tensor } from 'attenscope'
import { afterEach, beforeAll, describe, it, expect } from 'vitest'

import { expectError } from './support/errors.js'
import { randomTensors, tensorOf } from './support/ops.js'

const random = randomTensors(1)
const q = random(2, 4, 3, 5)
const k = random(2, 2, 6, 5)
const v = random(2, 2, 6, 7)
const x = random(2, 3, 4)

describe('the attention library refuses', () => {
  let ops: Ops
  beforeAll(async () => {
    ops = await loadOps()
  })
  afterEach(() => expect(ops.attention({ q, k, v }).output.shape).toEqual([2, 4, 3, 7]))

  /** Options as a caller without types could write them. */
  const attention = (more: object) => ops.attention({ q, k, v, ...more })

  const shapes: readonly [string, object, ...string[]][] = [
    ['a missing tensor', { q: undefined }, 'q is undefined', '{ data: Float32Array, shape }'],
    [
      'an array of another kind',
      { q: { data: new Float64Array(2), shape: [2] } },
      'q.data',
      'Float64Array',
      'Float32Array'
    ],
    ['plain numbers', { q: { data: [1, 2], shape: [1, 1, 1, 2] } }, 'q.data', 'Array', 'Float32Array'],
    ['a shape that does not fit the numbers', { q: { data: q.data, shape: [2, 4, 3, 6] } }, 'q', '120', '144'],
    ['a shape with a fraction', { q: { data: q.data, shape: [0.5, 240] } }, 'q', '0.5'],
    ['another rank', { q: { data: q.data, shape: [24, 5] } }, 'q', '(24, 5)', '(B, N, T, H)'],
    ['query heads that are no multiple of key/value heads', { q: random(2, 3, 3, 5) }, 'q', '3', '2'],
    ['another batch', { k: random(1, 2, 6, 5) }, 'k', '(1, 2, 6, 5)', '(2, 2, 6, 5)'],
    ['another width', { k: random(2, 2, 6, 4) }, 'k', '4', '5'],
    ['another length of the values', { v: random(2, 2, 5, 7) }, 'v', '(2, 2, 5, 7)', '(2, 2, 6, 7)'],
    ['a past key alone', { pastKey: random(2, 2, 1, 5) }, 'pastKey', 'pastValue'],
    ['a mask that does not broadcast', { mask: random(3, 5) }, 'mask', '(3, 5)', '(2, 4, 3, 6)'],
    [
      'a mask of another kind',
      { mask: { data: new Float64Array(6), shape: [6] } },
      'mask',
      'Float64Array',
      'Uint8Array'
    ],
    [
      'integers as an additive mask',
      { mask: { data: new Int32Array(6).fill(-9), shape: [6] } },
      'mask',
      '-9',
      '0 and 1'
    ],
    ['too few key lengths', { keyLengths: [3] }, 'keyLengths', '1', '2'],
    [
      'a parameter of another shape',
      { score: 'general', parameters: { weight: random(5, 4) } },
      'weight',
      '(5, 4)',
      '(5, 5)'
    ]
  ]
  it.each(shapes)('%s as shape', (_, more, ...words) => expectError(() => attention(more), 'shape', ...words))

  const options: readonly [string, object, ...string[]][] = [
    ['an unknown option', { scal: 2 }, "'scal'", 'scale'],
    ['a scale that is not a number', { scale: NaN }, 'scale', 'NaN', 'finite'],
    ['a scale beyond float32', { scale: 1e300 }, 'scale'],
    ['an unknown score', { score: 'dots' }, 'score', "'dots'", "'scaled-dot'"],
    ['an unknown normaliser', { normalizer: 'softmin' }, 'normalizer', "'softmin'", "'entmax15'"],
    ['a score without its parameters', { score: 'additive' }, 'parameters.query', 'additive'],
    ['parameters of another score', { parameters: { weight: random(5, 5) } }, 'weight', 'dot'],
    ['a negative softcap', { softcap: -1 }, 'softcap', '-1'],
    ['a key length past the keys', { keyLengths: [3, 7] }, 'keyLengths', '7', '0 to 6'],
    ['a negative key length', { keyLengths: [3, -1] }, 'keyLengths', '-1', '0 to 6'],
    ['a window with a fraction', { window: { left: 1.5 } }, 'window.left', '1.5'],
    ['an unknown side of a window', { window: { before: 1 } }, "'before'", 'left'],
    ['an unknown stage', { capture: ['scores', 'softmaxed'] }, 'capture', "'softmaxed'", "'masked'"],
    ['a seed that is not a natural number', { normalizer: 'hard', seed: -1 }, 'seed', '-1'],
    ['causal that is not a boolean', { causal: 1 }, 'causal', '1', 'true or false'],
    ['a fill that is not a number', { maskFill: NaN }, 'maskFill', 'NaN']
  ]
  it.each(options)('%s as option', (_, more, ...words) => expectError(() => attention(more), 'option', ...words))

  it('what does not fit into memory, as memory', async () => {
    const long = { data: new Float32Array(60_000), shape: [1, 1, 60_000, 1] }
    await expectError(() => attention({ q: long, k: long, v: long, pattern: true }), 'memory', '(1, 1, 60000, 60000)')
    expect(
      attention({ q: random(1, 1, 900, 1), k: random(1, 1, 900, 1), v: random(1, 1, 900, 1) }).output.shape[2]
    ).toBe(900)
  })

  it('heads out of range', async () => {
    const { patternOf } = ops.attention({ q, k, v })
    await expectError(() => patternOf(0, 4), 'option', 'head', '4', '0 to 3')
    await expectError(() => patternOf(2, 0), 'option', 'batch', '2')
  })

  const others: readonly [string, string, () => unknown, ...string[]][] = [
    ['an axis beyond the rank', 'option', () => ops.softmax(x, 3), 'axis', '3', '-3 to 2'],
    ['an unknown option of a norm', 'option', () => ops.rmsNorm(x, { bias: x } as object), "'bias'", 'rmsNorm'],
    [
      'a weight of another shape',
      'shape',
      () => ops.layerNorm(x, { weight: tensorOf([3], [1, 2, 3]) }),
      'weight',
      '(3)',
      '(4)'
    ],
    [
      'a gradient of another shape',
      'shape',
      () => ops.softmaxGradient(x, { axis: 0, gradOutput: q }),
      'gradOutput',
      '(2, 3, 4)'
    ],
    ['gradOutput of another shape', 'shape', () => ops.attentionGradient({ q, k, v, gradOutput: q }), 'gradOutput'],
    ['an odd rotary width', 'option', () => ops.rotary(q, { width: 3 }), 'width', '3', 'even'],
    [
      'a position past the caches',
      'too-long',
      () => ops.rotary(random(1, 1, 1, 4), { positions: [9], cos: random(4, 2), sin: random(4, 2) }),
      '9'
    ],
    [
      'positions of another length',
      'shape',
      () => ops.rotary(random(2, 1, 3, 4), { positions: [1, 2] }),
      'positions',
      '(2, 3)'
    ],
    [
      'caches of another length',
      'shape',
      () => ops.rotary(random(2, 1, 3, 4), { cos: random(2, 4, 2), sin: random(2, 4, 2) }),
      'cos'
    ],
    [
      'an unknown encoding',
      'option',
      () => ops.positionalEncoding('cosine' as 'rotary', { length: 2 }),
      "'cosine'",
      "'alibi'"
    ],
    ['an encoding without its width', 'option', () => ops.positionalEncoding('sinusoidal', { length: 2 }), 'width'],
    [
      'a position past the table',
      'too-long',
      () => ops.positionalEncoding('learned', { table: random(2, 3), positions: [2] }),
      '2'
    ],
    ['a rule without its decay', 'option', () => ops.linearAttention({ q, k: q, v: q, rule: 'gated' }), 'decay'],
    ['keys of another length', 'shape', () => ops.linearAttention({ q, k, v }), 'k', '(2, 2, 6, 5)'],
    ['a gate without weights', 'option', () => ops.combine(x, x, { how: 'gate' }), 'parameters'],
    ['a sum of two widths', 'shape', () => ops.combine(x, random(2, 3, 5), { how: 'sum' }), '4', '5'],
    ['an unknown combination', 'option', () => ops.combine(x, x, { how: 'product' as 'sum' }), "'product'", "'gate'"],
    ['no parameters of a pooling', 'option', () => ops.attentionPool({ x } as never), 'parameters'],
    ['a mask of another length of a pooling', 'shape', () => pool({ mask: random(2, 4) }), 'mask', '(2, 4)', '(2, 3)'],
    ['a length past the end of a pooling', 'option', () => pool({ keyLengths: [1, 4] }), 'keyLengths', '4', '0 to 3'],
    ['two numbers of key/value heads', 'option', () => heads({ keyValueHeads: 2, kvHeads: 1 }), 'kvHeads', '1', '2'],
    ['a past key alone', 'shape', () => heads({ pastKey: random(2, 2, 1, 2) }), 'pastValue'],
    [
      'a past of other heads',
      'shape',
      () => heads({ pastKey: random(2, 1, 1, 2), pastValue: random(2, 2, 1, 2) }),
      'pastKey',
      '(2, 1, 1, 2)',
      '(2, 2, 1, 2)'
    ],
    ['a mask that does not broadcast over heads', 'shape', () => heads({ mask: random(3, 3, 3) }), 'mask', '(3, 3, 3)'],
    ['a key length past the keys of heads', 'option', () => heads({ keyLengths: [1, 9] }), 'keyLengths', '9', '0 to 3'],
    ['an unknown stage of heads', 'option', () => heads({ capture: 'softmaxed' }), 'capture', "'softmaxed'"],
    [
      'projections that heads cannot share',
      'shape',
      () => multiHead(random(5, 4), 2),
      'parameters.query.weight',
      '(5, 4)',
      '2'
    ],
    ['projections of another width', 'shape', () => multiHead(random(4, 3), 2), 'query', '(4, 3)'],
    ['no heads', 'option', () => multiHead(random(4, 4), 0), 'heads', '0'],
    [
      'a score with parameters in multi-head attention',
      'option',
      () => multiHead(random(4, 4), 2, { score: 'general' }),
      "'general'"
    ]
  ]
  it.each(others)('%s as %s', (_, code, call, ...words) => expectError(call, code, ...words))

  function pool(more: object): unknown {
    return ops.attentionPool({ x, parameters: { query: random(4) }, ...more })
  }

  function heads(more: object): unknown {
    return multiHead(random(4, 4), 2, more)
  }

  function multiHead(weight: Tensor, heads: number, more: object = {}): unknown {
    const parameters = { query: { weight }, key: { weight: random(4, 4) }, value: { weight: random(4, 4) } }
    return ops.multiHeadAttention({ x, parameters, heads, ...more })
  }

  it('an unknown build', () => expectError(loadOps({ variant: 'fast' as 'base' }), 'option', 'variant', 'fast'))

  it('an unknown option of loadOps', () =>
    expectError(loadOps({ threads: 2 } as object), 'option', "'threads'", 'variant'))
})
