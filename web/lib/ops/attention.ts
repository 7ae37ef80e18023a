/** Attention over batches and heads with all its stages, and its gradient. */

import { scoreNames } from '../choices.js'
import type { OpSettings, OpTensors, OpsEngine } from '../engine/ops-engine.js'
import type { Tensor } from '../types/index.js'
import type {
  AttentionGradientOptions,
  AttentionGradients,
  AttentionOptions,
  AttentionResult,
  ScoreParameters
} from './attention-types.js'
import {
  attentionSettings,
  choiceNames,
  need,
  stageSettings,
  stagesOf,
  visibilityNames,
  withPrefix
} from './choices.js'
import { given, integer, integers, maskTensors, optionalTensor, optionError, tensor } from './values.js'

const names: readonly string[] = [
  ...['q', 'k', 'v', 'parameters', ...choiceNames, 'mask', ...visibilityNames, 'keyLengths', 'pastKey', 'pastValue'],
  ...['over', 'weighting', 'capture', 'pattern']
]

/** A checked call: the engine's inputs, and the sizes of the result. */
interface Call {
  readonly tensors: OpTensors
  readonly settings: OpSettings
  /** B, N, T, P + S */
  readonly sizes: readonly [number, number, number, number]
}

/**
 * Attention: score → scale → squash → mask → normalise → weighted sum (Vaswani et al. 2017), with the order and the masks of
 * ONNX's Attention. A query that sees no key gives zeros. A hidden key has a weight of exactly 0.
 *
 * Throws 'shape' for tensors that do not fit, 'option' for unknown or conflicting choices, and 'memory'.
 */
export function attention(engine: OpsEngine, options: AttentionOptions): AttentionResult {
  const call = given('attention', options, names)
  const { tensors, settings, sizes } = readCall(call)
  const wanted = stageSettings(
    call,
    sizes.reduce((all, size) => all * size, 1)
  )
  const results = engine.op('attention', tensors, { ...settings, ...wanted })
  const { pattern } = results
  const [B, N, T, S] = sizes
  return {
    output: need(results, 'output'),
    pattern,
    stages: stagesOf(results),
    patternOf(batch, head) {
      integer('batch', batch, 0, 0, B - 1)
      integer('head', head, 0, 0, N - 1)
      const first = (batch * N + head) * T * S
      if (pattern) return { data: pattern.data.slice(first, first + T * S), shape: [T, S] }
      return need(engine.op('attentionPattern', tensors, { ...settings, batch, head }), 'pattern')
    }
  }
}

/**
 * The gradients of attention at all its inputs, from the gradient at its output. Normaliser 'hard' has no true gradient: see
 * `advantage`. Throws the same errors as `attention`.
 */
export function attentionGradient(engine: OpsEngine, options: AttentionGradientOptions): AttentionGradients {
  const call = given('attentionGradient', options, [...names, 'gradOutput', 'advantage'])
  const { tensors, settings } = readCall(call)
  const gradOutput = tensor('gradOutput', call.gradOutput, 'B N T Hv')
  const advantage = optionalTensor('advantage', call.advantage, 'B N T')
  const results = engine.op('attentionGradient', { ...tensors, gradOutput, advantage }, settings)
  const { gradPastKey, gradPastValue, gradMask } = results
  return {
    gradQ: need(results, 'gradQ'),
    gradK: need(results, 'gradK'),
    gradV: need(results, 'gradV'),
    gradParameters: withPrefix(results, 'parameters.'),
    gradScale: need(results, 'gradScale').data[0] ?? NaN,
    ...(gradPastKey && { gradPastKey }),
    ...(gradPastValue && { gradPastValue }),
    ...(gradMask && { gradMask })
  }
}

function readCall(options: AttentionOptions): Call {
  const q = tensor('q', options.q, 'B N T H')
  const k = tensor('k', options.k, 'B K S H')
  const v = tensor('v', options.v, 'B K S Hv')
  const pastKey = optionalTensor('pastKey', options.pastKey, 'B K P H')
  const pastValue = optionalTensor('pastValue', options.pastValue, 'B K P Hv')
  const [B = 0, N = 0, T = 0, H = 0] = q.shape
  const settings = attentionSettings(options, H, scoreNames)
  return {
    tensors: {
      ...{ q, k, v, pastKey, pastValue },
      ...maskTensors(options.mask),
      ...scoreParameters(String(settings['score']), options.parameters),
      keyLengths: options.keyLengths === undefined ? undefined : integers('keyLengths', options.keyLengths)
    },
    settings,
    sizes: [B, N, T, (pastKey?.shape[2] ?? 0) + (k.shape[2] ?? 0)]
  }
}

const parameterRanks = { weight: 'A H', query: 'A H', key: 'A Hk', hidden: 'A', bias: 'A' } as const

/** The parameters of a score. Throws 'option' for a missing or an unknown parameter. */
function scoreParameters(score: string, parameters: ScoreParameters | undefined): Record<string, Tensor | undefined> {
  const known =
    score === 'general'
      ? (['weight'] as const)
      : score === 'additive'
        ? parameters?.weight
          ? (['weight', 'hidden', 'bias'] as const)
          : (['query', 'key', 'hidden', 'bias'] as const)
        : []
  const found = given(`parameters of the score '${score}'`, parameters ?? {}, known)
  return Object.fromEntries(
    known.map((name) => {
      const value = found[name]
      if (value === undefined && name !== 'bias') {
        throw optionError(`parameters.${name}`, undefined, `a tensor for the score '${score}'`)
      }
      return [`parameters.${name}`, optionalTensor(`parameters.${name}`, value, parameterRanks[name])]
    })
  )
}
