/** Multi-head attention with its projections, and its gradient. */

import type { OpSettings, OpTensors, OpsEngine } from '../engine/ops-engine.js'
import type {
  MultiHeadGradients,
  MultiHeadOptions,
  MultiHeadResult,
  ProjectionGradients,
  ProjectionParameters
} from './layer-types.js'
import type { Tensor } from '../types/index.js'
import {
  attentionSettings,
  choiceNames,
  need,
  stageSettings,
  stagesOf,
  visibilityNames,
  withPrefix
} from './choices.js'
import { projection } from './projections.js'
import {
  choice,
  given,
  integer,
  integers,
  maskTensors,
  optionalTensor,
  optionError,
  shapeError,
  tensor
} from './values.js'

const names: readonly string[] = [
  ...['x', 'context', 'parameters', 'heads', 'keyValueHeads', 'kvHeads', 'sharing', 'mask', 'keyLengths'],
  ...['pastKey', 'pastValue', 'over', 'capture', 'pattern', ...choiceNames, ...visibilityNames]
]
const projections = ['query', 'key', 'value', 'output'] as const

/**
 * Multi-head attention: each head attends with its own projections of x and the context, and the output projection maps the
 * concatenated heads (Vaswani et al. 2017, section 3.2.2). With `sharing`, heads may share projections or form a chain.
 *
 * Throws 'shape' for tensors that do not fit, 'option' for unknown or conflicting choices, and 'memory'.
 */
export function multiHeadAttention(engine: OpsEngine, options: MultiHeadOptions): MultiHeadResult {
  const call = given('multiHeadAttention', options, names)
  const { tensors, settings, weights } = readCall(call)
  const results = engine.op('multiHead', tensors, { ...settings, ...stageSettings(call, weights) })
  return {
    output: need(results, 'output'),
    heads: need(results, 'heads'),
    pattern: results['pattern'],
    stages: stagesOf(results),
    presentKey: need(results, 'presentKey'),
    presentValue: need(results, 'presentValue')
  }
}

/**
 * The gradients of multi-head attention, from the gradient at its output, `gradOutput` (B, T, Co). Throws the same errors as
 * `multiHeadAttention`.
 */
export function multiHeadAttentionGradient(
  engine: OpsEngine,
  options: MultiHeadOptions & { readonly gradOutput: Tensor }
): MultiHeadGradients {
  const call = given('multiHeadAttentionGradient', options, [...names, 'gradOutput'])
  const { tensors, settings } = readCall(call)
  const gradOutput = tensor('gradOutput', call.gradOutput, 'B T Co')
  const results = engine.op('multiHeadGradient', { ...tensors, gradOutput }, settings)
  const { gradContext, gradPastKey, gradPastValue, gradMask } = results
  const of = (name: string): ProjectionGradients => {
    const { weight, bias } = withPrefix(results, `${name}.`)
    return { weight: need({ weight }, 'weight'), ...(bias && { bias }) }
  }
  return {
    gradX: need(results, 'gradX'),
    ...(gradContext && { gradContext }),
    ...(gradPastKey && { gradPastKey }),
    ...(gradPastValue && { gradPastValue }),
    ...(gradMask && { gradMask }),
    gradParameters: {
      query: of('query'),
      key: of('key'),
      value: of('value'),
      ...(call.parameters.output && { output: of('output') })
    }
  }
}

function readCall(options: MultiHeadOptions): { tensors: OpTensors; settings: OpSettings; weights: number } {
  const x = tensor('x', options.x, 'B T C')
  const context = optionalTensor('context', options.context, 'B S Cc')
  if (options.parameters === undefined) throw optionError('parameters', undefined, '{ query, key, value, output? }')
  const parameters = given('parameters', options.parameters, projections)
  const heads = integer('heads', options.heads ?? NaN, 0, 1)
  const keyValueHeads = keyHeads(options, heads)
  const sharing = choice('sharing', options.sharing, ['separate', 'shared', 'chained'], 'separate')
  const { query, value, output } = parameters
  const headWidth = widthOf('query', query, sharing === 'shared' ? 1 : heads)
  const valueWidth = widthOf('value', value, sharing === 'shared' ? 1 : keyValueHeads)
  const joined = sharing === 'chained' ? valueWidth : heads * valueWidth
  const parts = projections
    .filter((name) => name !== 'output' || output !== undefined)
    .map((name) => projection(name, `parameters.${name}`, parameters[name] ?? {}))
  const pastKey = optionalTensor('pastKey', options.pastKey, 'B K P H')
  const pastValue = optionalTensor('pastValue', options.pastValue, 'B K P Hv')
  if (!pastKey !== !pastValue)
    throw shapeError(
      pastKey ? 'pastValue' : 'pastKey',
      'missing',
      'a tensor, because a past needs both pastKey and pastValue'
    )
  const [B = 0, T = 0] = x.shape
  const S = (pastKey?.shape[2] ?? 0) + ((context ?? x).shape[1] ?? 0)
  return {
    tensors: {
      ...{ x, context, pastKey, pastValue, ...maskTensors(options.mask) },
      ...merged(parts.map(({ tensors }) => tensors)),
      keyLengths: options.keyLengths === undefined ? undefined : integers('keyLengths', options.keyLengths)
    },
    settings: {
      ...attentionSettings(options, headWidth, ['scaled-dot', 'dot', 'cosine']),
      ...merged(parts.map(({ settings }) => settings)),
      ...{ heads, keyValueHeads, sharing, headWidth, valueWidth },
      outputWidth: output ? (tensor('parameters.output.weight', output.weight, 'Co N·Hv').shape[0] ?? 0) : joined
    },
    weights: B * heads * T * S
  }
}

/** K, under either of its two names. */
function keyHeads({ keyValueHeads, kvHeads }: MultiHeadOptions, heads: number): number {
  if (keyValueHeads !== undefined && kvHeads !== undefined && keyValueHeads !== kvHeads) {
    throw optionError(
      'kvHeads',
      kvHeads,
      `${keyValueHeads}, the value of keyValueHeads, or only one of the two options`
    )
  }
  return integer(kvHeads === undefined ? 'keyValueHeads' : 'kvHeads', keyValueHeads ?? kvHeads, heads, 1)
}

function merged<Value>(parts: readonly Record<string, Value>[]): Record<string, Value> {
  return Object.assign({}, ...parts) as Record<string, Value>
}

/** The head width: a projection's rows divided by `heads`. Throws 'shape' when `heads` does not divide them. */
function widthOf(name: string, part: ProjectionParameters | undefined, heads: number): number {
  const weight = `parameters.${name}.weight`
  if (part === undefined) throw optionError(`parameters.${name}`, undefined, '{ weight, bias?, activation? }')
  const [rows = 0, columns = 0] = tensor(weight, part.weight, 'out in').shape
  if (rows % heads === 0) return rows / heads
  throw shapeError(weight, `of shape (${rows}, ${columns})`, `a multiple of ${heads} rows, one part for each head`)
}
