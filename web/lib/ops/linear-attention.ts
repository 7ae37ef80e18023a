/** Linear attention by its four rules, and its gradient. */

import type { Engine, OpSettings, OpTensors } from '../engine.js'
import type { Tensor } from '../types.js'
import { need } from './choices.js'
import type {
  LinearAttentionGradients,
  LinearAttentionOptions,
  LinearAttentionResult,
  LinearRuleName
} from './layer-types.js'
import {
  anyTensor,
  checkNames,
  choice,
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
export function linearAttention(engine: Engine, options: LinearAttentionOptions): LinearAttentionResult {
  const { tensors, settings } = readCall('linearAttention', options, [])
  const results = engine.op('linearAttention', tensors, settings)
  return { output: need(results, 'output'), state: need(results, 'state') }
}

/**
 * The gradients of linearAttention, given those at its output, `gradOutput` (B, N, T, Hv), and at its last state, `gradState`
 * (B, K, H, Hv), zeros if left out. Throws as it does.
 */
export function linearAttentionGradient(
  engine: Engine,
  options: LinearAttentionOptions & { readonly gradOutput: Tensor; readonly gradState?: Tensor }
): LinearAttentionGradients {
  const { tensors, settings } = readCall('linearAttentionGradient', options, ['gradOutput', 'gradState'])
  const gradOutput = tensor('gradOutput', options.gradOutput, 'B N T Hv')
  const gradState = optionalTensor('gradState', options.gradState, 'B K H Hv')
  const results = engine.op('linearAttentionGradient', { ...tensors, gradOutput, gradState }, settings)
  const { gradDecay, gradBeta, gradPastState } = results
  const shaped = (gradient: Tensor, like: Tensor | undefined) => ({
    data: gradient.data,
    shape: [...(like ?? gradient).shape]
  })
  return {
    gradQ: need(results, 'gradQ'),
    gradK: need(results, 'gradK'),
    gradV: need(results, 'gradV'),
    ...(gradDecay && { gradDecay: shaped(gradDecay, options.decay) }),
    ...(gradBeta && { gradBeta: shaped(gradBeta, options.beta) }),
    ...(gradPastState && { gradPastState })
  }
}

function readCall(
  what: string,
  options: LinearAttentionOptions,
  more: readonly string[]
): { tensors: OpTensors; settings: OpSettings } {
  checkNames(what, options, [...names, ...more])
  const q = tensor('q', options.q, 'B N T H')
  const k = tensor('k', options.k, 'B K T H')
  const v = tensor('v', options.v, 'B K T Hv')
  const rule = ruleOf(options)
  const decay = rule.startsWith('gated') ? withRank('decay', options.decay, 4) : undefined
  const beta = rule.endsWith('delta') ? withRank('beta', options.beta, 3) : undefined
  const pastState = optionalTensor('pastState', options.pastState, 'B K H Hv')
  const [, , , H = 0] = q.shape
  return {
    tensors: { q, k, v, decay, beta, pastState },
    // 0 stands for the default, as in ONNX.
    settings: { rule, scale: number('scale', options.scale, 0) || (H > 0 ? 1 / Math.sqrt(H) : 1) }
  }
}

function ruleOf({ rule, decay, beta }: LinearAttentionOptions): LinearRuleName {
  if (rule === 'gated_delta') return 'gated-delta'
  return choice('rule', rule, rules, decay ? (beta ? 'gated-delta' : 'gated') : beta ? 'delta' : 'linear')
}

/** decay (B, K, T, 1 or H) and beta (B, K or 1, T), whether or not a last dimension of 1 is written. */
function withRank(name: string, value: unknown, rank: 3 | 4): Tensor {
  if (value === undefined) throw optionError(name, undefined, 'a tensor, which this rule needs')
  const { data, shape } = anyTensor(name, value)
  if (shape.length === rank) return { data, shape }
  if (rank === 4 && shape.length === 3) return { data, shape: [...shape, 1] }
  if (rank === 3 && shape.length === 4 && shape[3] === 1) return { data, shape: shape.slice(0, 3) }
  throw shapeError(name, `of shape ${shapeText(shape)}`, rank === 4 ? '(B, K, T, H)' : '(B, K, T)')
}
