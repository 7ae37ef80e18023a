/** Multi-head attention, pooling, combination and linear attention with their gradients, compared with float64. */

import { loadOps, type Ops, type Tensor } from 'attenscope'
import { beforeAll, describe, expect, it } from 'vitest'

import { attendHead, linear, linearHead, sum, table } from './support/attention-reference.js'
import { largestDifference } from './support/golden-file.js'
import { at, checkFormula, named, type Wide } from './support/ops-formula.js'
import { randomTensors, variants } from './support/ops.js'

describe.each(variants)('layers and their gradients on the %s build', (variant) => {
  let ops: Ops
  beforeAll(async () => {
    ops = await loadOps({ variant })
  })

  describe('multi-head attention', () => {
    const [B, T, S, C, Cc, N, K, H, Hv, Co] = [2, 3, 4, 4, 5, 4, 2, 3, 4, 3]

    it.each([
      ['separate', true],
      ['separate', false],
      ['shared', true],
      ['chained', true]
    ] as const)('%s heads, with an output projection: %s', (sharing, hasOutput) => {
      const tensors = randomTensors(5)
      const parts = sharing === 'shared' ? 1 : N
      const keyParts = sharing === 'shared' ? 1 : K
      const joined = sharing === 'chained' ? Hv : N * Hv
      const given: Record<string, Tensor> = {
        ...{ x: tensors(B, T, C), context: tensors(B, S, Cc) },
        ...{ 'query.weight': tensors(parts * H, C), 'query.bias': tensors(parts * H) },
        ...{ 'key.weight': tensors(keyParts * H, Cc), 'value.weight': tensors(keyParts * Hv, Cc) },
        ...{ 'value.bias': tensors(keyParts * Hv) },
        ...(hasOutput && { 'output.weight': tensors(Co, joined), 'output.bias': tensors(Co) })
      }
      const part = (name: string, activation?: 'tanh') => ({
        weight: given[`${name}.weight`] as Tensor,
        ...(given[`${name}.bias`] && { bias: given[`${name}.bias`] as Tensor }),
        ...(activation && { activation })
      })
      const parameters = {
        ...{ query: part('query'), key: part('key'), value: part('value', 'tanh') },
        ...(hasOutput && { output: part('output') })
      }
      const { x, context } = given as { x: Tensor; context: Tensor }
      const options = { x, context, parameters, heads: N, keyValueHeads: K, sharing, causal: true }
      const found = ops.multiHeadAttention(options)
      expect(found.pattern?.shape).toEqual([B, N, T, S])
      expect(found.heads.shape).toEqual([B, N, T, Hv])

      const forward = (w: Wide): number[] => {
        const keys = linear(w['context'] ?? [], w['key.weight'] ?? [], undefined, B * S)
        const values = linear(w['context'] ?? [], w['value.weight'] ?? [], w['value.bias'], B * S, Math.tanh)
        const heads: number[][] = []
        for (let b = 0; b < B; ++b) {
          let input: ArrayLike<number> = (w['x'] ?? new Float64Array()).slice(b * T * C, (b + 1) * T * C)
          for (let n = 0; n < N; ++n) {
            const [own, ownKey] = sharing === 'shared' ? [0, 0] : [n, Math.floor(n / (N / K))]
            const queries = linear(input, w['query.weight'] ?? [], w['query.bias'], T)
            const { output } = attendHead({
              ...{ T, S, Hv, scale: 1 / Math.sqrt(H) },
              score: (t, s) =>
                sum(
                  H,
                  (h) => at(queries, (t * parts + own) * H + h) * at(keys, ((b * S + s) * keyParts + ownKey) * H + h)
                ),
              value: (s, h) => at(values, ((b * S + s) * keyParts + ownKey) * Hv + h),
              bias: (t, s) => (s > t ? -Infinity : 0)
            })
            if (sharing === 'chained') input = output
            heads.push(output)
          }
        }
        const both = table(B * T, joined, (row, c) => {
          const [b, t] = [Math.floor(row / T), row % T]
          const n = sharing === 'chained' ? N - 1 : Math.floor(c / Hv)
          return at(heads[b * N + n], t * Hv + (c % Hv))
        }).flat()
        return hasOutput ? linear(both, w['output.weight'] ?? [], w['output.bias'], B * T) : both
      }
      checkFormula(given, found.output, forward, (gradOutput) => {
        const { gradX, gradContext, gradParameters } = ops.multiHeadAttentionGradient({ ...options, gradOutput })
        const byName = Object.entries(gradParameters).flatMap(([name, { weight, bias }]) => [
          [`${name}.weight`, weight],
          [`${name}.bias`, bias]
        ])
        return { x: gradX, context: gradContext, ...(Object.fromEntries(byName) as Record<string, Tensor>) }
      })
    })

    it('of x with itself has one gradient of x', () => {
      const tensors = randomTensors(9)
      const x = tensors(1, 3, 4)
      const [query, key, value] = [tensors(4, 4), tensors(4, 4), tensors(4, 4)]
      const parameters = { query: { weight: query }, key: { weight: key }, value: { weight: value } }
      const gradOutput = tensors(1, 3, 4)
      const alone = ops.multiHeadAttentionGradient({ x, parameters, heads: 2, gradOutput })
      const apart = ops.multiHeadAttentionGradient({ x, context: x, parameters, heads: 2, gradOutput })
      const total = apart.gradX.data.map((each, i) => each + (apart.gradContext?.data[i] ?? NaN))
      expect(largestDifference(alone.gradX.data, total)).toBeLessThanOrEqual(1e-6)
      expect(alone.gradContext).toBeUndefined()
    })
  })

  describe('pooling', () => {
    const [B, S, C, A] = [2, 4, 3, 5]
    const tensors = randomTensors(21)
    const x = tensors(B, S, C)
    const query = { query: tensors(C) }
    const inner = { weight: tensors(A, C), hidden: tensors(A), bias: tensors(A) }

    it.each([
      ['a query', query],
      ['a hidden layer', inner]
    ] as const)('by %s', (_, parameters) => {
      const mask = { data: Uint8Array.of(1, 1, 1, 0, 1, 1, 1, 1), shape: [B, S] }
      const found = ops.attentionPool({ x, parameters, mask })
      expect(found.pattern.shape).toEqual([B, S])
      expect(found.pattern.data[3]).toBe(0)
      const forward = (w: Wide) =>
        Array.from({ length: B }, (_unused, b) => {
          const projected = w['weight'] && linear(w['x'] ?? [], w['weight'], w['bias'], B * S, Math.tanh)
          return attendHead({
            ...{ T: 1, S, Hv: C },
            score: (_t, s) =>
              projected
                ? sum(A, (a) => at(w['hidden'], a) * at(projected, (b * S + s) * A + a))
                : sum(C, (c) => at(w['query'], c) * at(w['x'], (b * S + s) * C + c)),
            value: (s, c) => at(w['x'], (b * S + s) * C + c),
            bias: (_t, s) => (mask.data[b * S + s] ? 0 : -Infinity)
          }).output
        }).flat()
      checkFormula({ x, ...parameters }, found.output, forward, (gradOutput) => {
        const { gradX, gradParameters } = ops.attentionPoolGradient({ x, parameters, mask, gradOutput })
        return { x: gradX, ...gradParameters }
      })
    })
  })

  describe('combination', () => {
    const tensors = randomTensors(31)
    const [state, context] = [tensors(2, 3, 4), tensors(2, 3, 4)]
    const projected = { weight: tensors(4, 8), bias: tensors(4) }
    const sides = (w: Wide) => table(6, 8, (r, c) => at(c < 4 ? w['state'] : w['context'], r * 4 + (c % 4))).flat()

    it.each([
      ['concat', projected, 'tanh'],
      ['concat', undefined, undefined],
      ['sum', undefined, undefined],
      ['gate', projected, undefined]
    ] as const)('%s', (how, weights, activation) => {
      const parameters = weights && { ...weights, ...(activation && { activation }) }
      const options = { how, ...(parameters && { parameters }) }
      const forward = (w: Wide): number[] => {
        const inside = (activate: (x: number) => number) => linear(sides(w), w['weight'] ?? [], w['bias'], 6, activate)
        if (how === 'concat') return weights ? inside(Math.tanh) : sides(w)
        const gates = how === 'gate' ? inside((x) => 1 / (1 + Math.exp(-x))) : undefined
        return Array.from(w['state'] ?? [], (one, i) => {
          const other = at(w['context'], i)
          return gates ? at(gates, i) * one + (1 - at(gates, i)) * other : one + other
        })
      }
      const output = ops.combine(state, context, options)
      expect(output.shape).toEqual([2, 3, how === 'concat' && !weights ? 8 : 4])
      checkFormula({ state, context, ...weights }, output, forward, (gradOutput) => {
        const found = ops.combineGradient(state, context, { ...options, gradOutput })
        return { state: found.gradState, context: found.gradContext, ...found.gradParameters }
      })
    })
  })

  describe('linear attention', () => {
    const [B, N, K, T, H, Hv] = [2, 4, 2, 3, 3, 2]

    it.each([
      ['linear', 0, 0],
      ['gated', H, 0],
      ['gated', 1, 0],
      ['delta', 0, K],
      ['gated-delta', H, 1],
      ['gated-delta', 1, K]
    ] as const)('%s, decay of width %i, beta of %i heads', (rule, decayWidth, betaHeads) => {
      const tensors = randomTensors(41)
      const given = {
        ...{ q: tensors(B, N, T, H), k: tensors(B, K, T, H), v: tensors(B, K, T, Hv), pastState: tensors(B, K, H, Hv) },
        ...(decayWidth > 0 && { decay: tensors(B, K, T, decayWidth) }),
        ...(betaHeads > 0 && { beta: tensors(B, betaHeads, T) })
      }
      const forward = (w: Wide): number[] => {
        const outputs: number[] = []
        for (let b = 0; b < B; ++b) {
          for (let n = 0; n < N; ++n) {
            const head = b * K + Math.floor(n / (N / K))
            const betaHead = betaHeads === 1 ? b : head
            const { output } = linearHead(
              { T, H, Hv, scale: 1 / Math.sqrt(H) },
              {
                q: (t, h) => at(w['q'], ((b * N + n) * T + t) * H + h),
                k: (t, h) => at(w['k'], (head * T + t) * H + h),
                v: (t, j) => at(w['v'], (head * T + t) * Hv + j),
                decay: w['decay'] ? (t, h) => at(w['decay'], (head * T + t) * decayWidth + (h % decayWidth)) : null,
                beta: w['beta'] ? (t) => at(w['beta'], betaHead * T + t) : null,
                past: (h, j) => at(w['pastState'], (head * H + h) * Hv + j)
              }
            )
            outputs.push(...output)
          }
        }
        return outputs
      }
      const found = ops.linearAttention({ ...given, rule })
      expect(found.state.shape).toEqual([B, K, H, Hv])
      checkFormula(given, found.output, forward, (gradOutput) =>
        named(ops.linearAttentionGradient({ ...given, rule, gradOutput }))
      )

      // The state continues from the past state.
      const { decay, beta, pastState, ...bare } = given as typeof given & { decay?: Tensor; beta?: Tensor }
      const choice = { ...(decay && { decay }), ...(beta && { beta }) }
      const again = ops.linearAttention({ ...bare, ...choice, pastState: found.state })
      expect(largestDifference(again.output.data, found.output.data)).toBeGreaterThan(1e-3)
      expect(pastState.shape).toEqual(found.state.shape)
    })
  })
})
