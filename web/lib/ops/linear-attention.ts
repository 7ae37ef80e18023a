/** Linear attention by its four rules, and its gradient. */

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
 * Linear attention, position after position over a state S (H, Hv) of each key/value head:
 *
 *     linear       S ← S + k ⊗ v                       (Katharopoulos et al. 2020, without a feature map or a division)
 *     gated        S ← exp(decay) · S + k ⊗ v           (Yang et al. 2024)
 *     delta        S ← S + β k ⊗ (v − Sᵀ k)             (Schlag et al. 2021)
 *     gated-delta  S ← exp(decay) · S, then as delta    (Yang et al. 2025)
 *
 * with output scale · Sᵀ q, as ONNX's LinearAttention has it. Throws 'shape', 'option' and 'memory'.
 */
export function linearAttention(engine: OpsEngine, options: LinearAttentionOptions): LinearAttentionResult {
  const { tensors, settings } = readCall(given('linearAttention', options, names))
  const results = engine.op('linearAttention', tensors, settings)
  return { output: need(results, 'output'), state: need(results, 'state') }
}

/**
 * The gradients of linearAttention, given those at its output, `gradOutput` (B, N, T, Hv), and at its last state, `gradState`
 * (B, K, H, Hv), zeros if left out. Throws as it does.
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

/** A tensor of one number or one vector a head and position, as the engine takes it, and the way back to the form given. */
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
    // 0 stands for the default, as in ONNX.
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
 * decay as (B, K, T, 1 or H) and beta as (B, K or 1, T), from these, with or without a last dimension of 1, or from ONNX's
 * (B, T, K·H), (B, T, K) and (B, T, 1). Where both would fit, heads come first.
 */
function byHead(name: string, value: unknown, k: Tensor, isDecay: boolean): ByHead {
  if (value === undefined) throw optionError(name, undefined, 'a tensor, which this rule needs')
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
      tensor: { data: turned(data, B, T, heads, width), shape: isDecay ? [B, heads, T, width] : [B, heads, T] },
      back: (gradient) => back({ data: turned(gradient.data, B, heads, T, width), shape })
    }
  }
  if (isRanked) return { tensor: { data, shape }, back }
  if (isDecay && shape.length === 3) return { tensor: { data, shape: [...shape, 1] }, back }
  if (!isDecay && shape.length === 4 && fourth === 1) return { tensor: { data, shape: shape.slice(0, 3) }, back }
  throw shapeError(name, `of shape ${shapeText(shape)}`, isDecay ? '(B, K, T, H)' : '(B, K, T)')
}

/** (B, rows, columns, width) as (B, columns, rows, width). */
function turned(data: Float32Array, B: number, rows: number, columns: number, width: number): Float32Array {
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
