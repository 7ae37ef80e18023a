/** Attention over batches and heads, every stage of it, and its gradient. */

import type { Engine, OpSettings, OpTensors } from '../engine.js'
import type { Tensor } from '../types.js'
import type {
  AttentionGradientOptions,
  AttentionGradients,
  AttentionOptions,
  AttentionResult,
  ScoreName,
  ScoreParameters,
  StageName
} from './attention-types.js'
import { attentionSettings, choiceNames, mostWeights, need, visibilityNames, withPrefix } from './choices.js'
import {
  checkNames,
  choice,
  flag,
  integer,
  integers,
  maskTensors,
  optionalTensor,
  optionError,
  shapeError,
  tensor
} from './values.js'

const scores: readonly ScoreName[] = ['scaled-dot', 'dot', 'general', 'additive', 'cosine']
const stages: readonly StageName[] = ['scores', 'scaled', 'squashed', 'masked']
const names: readonly string[] = [
  ...['q', 'k', 'v', 'parameters', ...choiceNames, 'mask', ...visibilityNames, 'keyLengths', 'pastKey', 'pastValue'],
  ...['over', 'weighting', 'capture', 'pattern']
]

/** A call that has been checked: what the engine takes, and the sizes that the answer goes by. */
interface Call {
  readonly tensors: OpTensors
  readonly settings: OpSettings
  /** B, N, T, P + S */
  readonly sizes: readonly [number, number, number, number]
}

/**
 * Attention: score → scale → squash → mask → normalise → weighted sum, in that order (Vaswani et al. 2017; the order and the
 * masks of ONNX's Attention). A query that sees no key gives zeros, and a hidden key weighs exactly 0.
 *
 * Throws 'shape' for tensors that do not fit, 'option' for choices that are none or do not go together, 'memory'.
 */
export function attention(engine: Engine, options: AttentionOptions): AttentionResult {
  const { tensors, settings, sizes } = readCall('attention', options, names)
  const captured = captures(options.capture)
  const short = sizes.reduce((all, size) => all * size, 1) <= mostWeights
  const whole = captured.includes('pattern') || flag('pattern', options.pattern, short)
  const wanted = Object.fromEntries(stages.map((name) => [name, captured.includes(name)]))
  const { output, pattern, ...found } = engine.op('attention', tensors, { ...settings, ...wanted, pattern: whole })
  const [B, N, T, S] = sizes
  return {
    output: need({ output }, 'output'),
    pattern,
    stages: found,
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
 * The gradients of attention at all its inputs, given that at its output. Hard weights have none: see `advantage`.
 *
 * Throws as attention does.
 */
export function attentionGradient(engine: Engine, options: AttentionGradientOptions): AttentionGradients {
  const { tensors, settings } = readCall('attentionGradient', options, [...names, 'gradOutput', 'advantage'])
  const gradOutput = tensor('gradOutput', options.gradOutput, 'B N T Hv')
  const advantage = optionalTensor('advantage', options.advantage, 'B N T')
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

function readCall(what: string, options: AttentionOptions, known: readonly string[]): Call {
  checkNames(what, options, known)
  const q = tensor('q', options.q, 'B N T H')
  const k = tensor('k', options.k, 'B K S H')
  const v = tensor('v', options.v, 'B K S Hv')
  const pastKey = optionalTensor('pastKey', options.pastKey, 'B K P H')
  const pastValue = optionalTensor('pastValue', options.pastValue, 'B K P Hv')
  const [B = 0, N = 0, T = 0, H = 0] = q.shape
  const settings = attentionSettings(options, H, scores)
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

/** The parameters that this score has, all there and no others. */
function scoreParameters(score: string, given: ScoreParameters | undefined): Record<string, Tensor | undefined> {
  const known =
    score === 'general'
      ? (['weight'] as const)
      : score === 'additive'
        ? given?.weight
          ? (['weight', 'hidden', 'bias'] as const)
          : (['query', 'key', 'hidden', 'bias'] as const)
        : []
  if (known.length === 0 && given === undefined) return {}
  checkNames(`parameters of the score '${score}'`, given ?? {}, known)
  return Object.fromEntries(
    known.map((name) => {
      const value = given?.[name]
      if (value === undefined && name !== 'bias') {
        throw optionError(`parameters.${name}`, undefined, `a tensor for the score '${score}'`)
      }
      return [`parameters.${name}`, optionalTensor(`parameters.${name}`, value, parameterRanks[name])]
    })
  )
}

function captures(capture: AttentionOptions['capture']): readonly string[] {
  const asked = capture === undefined ? [] : typeof capture === 'string' ? [capture] : capture
  if (!Array.isArray(asked)) throw shapeError('capture', typeof capture, 'the name of a stage, or an array of them')
  return asked.map((name: unknown) => choice('capture', name, [...stages, 'pattern']))
}
