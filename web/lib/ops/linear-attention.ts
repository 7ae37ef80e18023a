/** Linear attention with its four update rules, and its gradient. */

import type { OpSettings, OpTensors, OpsEngine } from '../engine/ops-engine.js'
import type { Tensor } from '../types/index.js'
import { need } from './choices.js'
import type {
  LinearAttentionGradients,
  LinearAttentionOptions,
  LinearAttentionResult,
  LinearRuleName
} from './layer-types.js'
import {
  anyTensor,
  choice,
  given,
  number,
  optionalTensor,
  optionError,
  shapeError,
  shapeText,
  tensor
} from './values.js'

const names = ['q', 'k', 'v', 'decay', 'beta', 'pastState', 'rule', 'scale']
const rules: readonly LinearRuleName[] = ['linear', 'gated', 'delta', 'gated-delta']

/**
 * Linear attention: position by position, each key/value head updates a state S (H, Hv):
 *
 *     linear       S ← S + k ⊗ v                       (Katharopoulos et al. 2020, without feature map and division)
 *     gated        S ← exp(decay) · S + k ⊗ v           (Yang et al. 2024)
 *     delta        S ← S + β k ⊗ (v − Sᵀ k)             (Schlag et al. 2021)
 *     gated-delta  S ← exp(decay) · S, then as delta    (Yang et al. 2025)
 *
 * The output is scale · Sᵀ q, as in ONNX's LinearAttention. Throws 'shape', 'option' and 'memory'.
 */
export function linearAttention(engine: OpsEngine, options: LinearAttentionOptions): LinearAttentionResult {
  const { tensors, settings } = readCall(given('linearAttention', options, names))
  const results = engine.op('linearAttention', tensors, settings)
  return { output: need(results, 'output'), state: need(results, 'state') }
}

/**
 * The gradients of linearAttention, from the gradients at its output, `gradOutput` (B, N, T, Hv), and at its last state,
 * `gradState` (B, K, H, Hv), by default zeros. Throws the same errors as `linearAttention`.
 */
export function linearAttentionGradient(
  engine: OpsEngine,
  options: LinearAttentionOptions & { readonly gradOutput: Tensor; readonly gradState?: Tensor }
): LinearAttentionGradients {
  const call = given('linearAttentionGradient', options, [...names, 'gradOutput', 'gradState'])
  const { tensors, settings, decay, beta } = readCall(call)
  const gradOutput = tensor('gradOutput', call.gradOutput, 'B N T Hv')
  const gradState = optionalTensor('gradState', call.gradState, 'B K H Hv')
  const results = engine.op('linearAttentionGradient', { ...tensors, gradOutput, gradState }, settings)
  const { gradDecay, gradBeta, gradPastState } = results
  return {
    gradQ: need(results, 'gradQ'),
    gradK: need(results, 'gradK'),
    gradV: need(results, 'gradV'),
    ...(gradDecay && decay && { gradDecay: decay.back(gradDecay) }),
    ...(gradBeta && beta && { gradBeta: beta.back(gradBeta) }),
    ...(gradPastState && { gradPastState })
  }
}

/**
 * A tensor with a number or a vector per head and position, in the engine's shape, and the function back to the
 * caller's shape.
 */
interface ByHead {
  readonly tensor: Tensor
  back(gradient: Tensor): Tensor
}

interface Call {
  readonly tensors: OpTensors
  readonly settings: OpSettings
  readonly decay: ByHead | undefined
  readonly beta: ByHead | undefined
}

function readCall(options: LinearAttentionOptions): Call {
  const q = tensor('q', options.q, 'B N T H')
  const k = tensor('k', options.k, 'B K T H')
  const v = tensor('v', options.v, 'B K T Hv')
  const rule = ruleOf(options)
  const decay = rule.startsWith('gated') ? byHead('decay', options.decay, k, true) : undefined
  const beta = rule.endsWith('delta') ? byHead('beta', options.beta, k, false) : undefined
  const pastState = optionalTensor('pastState', options.pastState, 'B K H Hv')
  const [, , , H = 0] = q.shape
  return {
    tensors: { q, k, v, decay: decay?.tensor, beta: beta?.tensor, pastState },
    // 0 means the default, as in ONNX.
    settings: { rule, scale: number('scale', options.scale, 0) || (H > 0 ? 1 / Math.sqrt(H) : 1) },
    decay,
    beta
  }
}

function ruleOf({ rule, decay, beta }: LinearAttentionOptions): LinearRuleName {
  if (rule === 'gated_delta') return 'gated-delta'
  return choice('rule', rule, rules, decay ? (beta ? 'gated-delta' : 'gated') : beta ? 'delta' : 'linear')
}

/**
 * Brings decay to (B, K, T, 1 or H) and beta to (B, K or 1, T), from these shapes with or without a last dimension of 1, or
 * from ONNX's (B, T, K·H), (B, T, K) and (B, T, 1). A shape that fits both is read as heads first.
 */
function byHead(name: string, value: unknown, k: Tensor, isDecay: boolean): ByHead {
  if (value === undefined) throw optionError(name, undefined, 'a tensor, because the rule needs it')
  const { data, shape } = anyTensor(name, value)
  const [, K = 0, T = 0, H = 0] = k.shape
  const [B = 0, second, third = 0, fourth] = shape
  const back = (gradient: Tensor) => ({ data: gradient.data, shape: [...shape] })
  const isRanked = shape.length === (isDecay ? 4 : 3)
  const isHeadsFirst = third === T && (second === K || (!isDecay && second === 1))
  const heads = isDecay && third === K * H ? K : third
  if (shape.length === 3 && !isHeadsFirst && second === T && (heads === K || (!isDecay && heads === 1))) {
    const width = heads > 0 ? third / heads : 1
    return {
      tensor: { data: swapped(data, B, T, heads, width), shape: isDecay ? [B, heads, T, width] : [B, heads, T] },
      back: (gradient) => back({ data: swapped(gradient.data, B, heads, T, width), shape })
    }
  }
  if (isRanked) return { tensor: { data, shape }, back }
  if (isDecay && shape.length === 3) return { tensor: { data, shape: [...shape, 1] }, back }
  if (!isDecay && shape.length === 4 && fourth === 1) return { tensor: { data, shape: shape.slice(0, 3) }, back }
  throw shapeError(name, `of shape ${shapeText(shape)}`, isDecay ? '(B, K, T, H)' : '(B, K, T)')
}

/** Copies (B, rows, columns, width) to (B, columns, rows, width). */
function swapped(data: Float32Array, B: number, rows: number, columns: number, width: number): Float32Array {
  const result = new Float32Array(data.length)
  for (let b = 0; b < B; ++b) {
    for (let r = 0; r < rows; ++r) {
      for (let c = 0; c < columns; ++c) {
        const from = ((b * rows + r) * columns + c) * width
        result.set(data.subarray(from, from + width), ((b * columns + c) * rows + r) * width)
      }
    }
  }
  return result
}
