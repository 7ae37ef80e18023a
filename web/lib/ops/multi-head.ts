/** Multi-head attention with its projections, and its gradient. */

import type { Engine, OpSettings, OpTensors } from '../engine.js'
import type {
  MultiHeadGradients,
  MultiHeadOptions,
  MultiHeadResult,
  ProjectionGradients,
  ProjectionParameters
} from './layer-types.js'
import type { Tensor } from '../types.js'
import { attentionSettings, choiceNames, mostWeights, need, visibilityNames, withPrefix } from './choices.js'
import { projection } from './projections.js'
import {
  checkNames,
  choice,
  flag,
  integer,
  optionalTensor,
  optionError,
  seenMask,
  shapeError,
  tensor
} from './values.js'

const names: readonly string[] = [
  ...['x', 'context', 'parameters', 'heads', 'keyValueHeads', 'sharing'],
  ...['mask', 'over', 'pattern', ...choiceNames, ...visibilityNames]
]
const projections = ['query', 'key', 'value', 'output'] as const

/**
 * Multi-head attention: each head attends with its own projections of x and the context, and the output projection takes all
 * heads' outputs side by side (Vaswani et al. 2017, section 3.2.2); or heads that share, or that follow on each other.
 *
 * Throws 'shape' for tensors that do not fit, 'option' for choices that are none or do not go together, 'memory'.
 */
export function multiHeadAttention(engine: Engine, options: MultiHeadOptions): MultiHeadResult {
  const { tensors, settings, weights } = readCall('multiHeadAttention', options, names)
  const pattern = flag('pattern', options.pattern, weights <= mostWeights)
  const results = engine.op('multiHead', tensors, { ...settings, pattern })
  return { output: need(results, 'output'), heads: need(results, 'heads'), pattern: results['pattern'] }
}

/**
 * The gradients of multi-head attention, given that at its output, `gradOutput` (B, T, Co). Throws as the forward pass does.
 */
export function multiHeadAttentionGradient(
  engine: Engine,
  options: MultiHeadOptions & { readonly gradOutput: Tensor }
): MultiHeadGradients {
  const { tensors, settings } = readCall('multiHeadAttentionGradient', options, [...names, 'gradOutput'])
  const gradOutput = tensor('gradOutput', options.gradOutput, 'B T Co')
  const results = engine.op('multiHeadGradient', { ...tensors, gradOutput }, settings)
  const { gradContext } = results
  const of = (name: string): ProjectionGradients => {
    const { weight, bias } = withPrefix(results, `${name}.`)
    return { weight: need({ weight }, 'weight'), ...(bias && { bias }) }
  }
  return {
    gradX: need(results, 'gradX'),
    ...(gradContext && { gradContext }),
    gradParameters: {
      query: of('query'),
      key: of('key'),
      value: of('value'),
      ...(options.parameters.output && { output: of('output') })
    }
  }
}

function readCall(
  what: string,
  options: MultiHeadOptions,
  known: readonly string[]
): { tensors: OpTensors; settings: OpSettings; weights: number } {
  checkNames(what, options, known)
  const x = tensor('x', options.x, 'B T C')
  const context = optionalTensor('context', options.context, 'B S Cc')
  if (options.parameters === undefined) throw optionError('parameters', undefined, '{ query, key, value, output? }')
  checkNames('parameters', options.parameters, projections)
  const heads = integer('heads', options.heads ?? NaN, 0, 1)
  const keyValueHeads = integer('keyValueHeads', options.keyValueHeads, heads, 1)
  const sharing = choice('sharing', options.sharing, ['separate', 'shared', 'chained'], 'separate')
  const { query, value, output } = options.parameters
  const headWidth = widthOf('query', query, sharing === 'shared' ? 1 : heads)
  const valueWidth = widthOf('value', value, sharing === 'shared' ? 1 : keyValueHeads)
  const joined = sharing === 'chained' ? valueWidth : heads * valueWidth
  const parts = projections
    .filter((name) => name !== 'output' || output !== undefined)
    .map((name) => projection(name, `parameters.${name}`, options.parameters[name]))
  const [B = 0, T = 0] = x.shape
  const S = (context ?? x).shape[1] ?? 0
  return {
    tensors: { x, context, allowed: seenMask(options.mask), ...merged(parts.map(({ tensors }) => tensors)) },
    settings: {
      ...attentionSettings(options, headWidth, ['scaled-dot', 'dot', 'cosine']),
      ...merged(parts.map(({ settings }) => settings)),
      ...{ heads, keyValueHeads, sharing, headWidth, valueWidth },
      outputWidth: output ? (tensor('parameters.output.weight', output.weight, 'Co N·Hv').shape[0] ?? 0) : joined
    },
    weights: B * heads * T * S
  }
}

function merged<Value>(parts: readonly Record<string, Value>[]): Record<string, Value> {
  return Object.assign({}, ...parts) as Record<string, Value>
}

/** The width of one of `heads` heads that a projection's rows are. Throws 'shape' where they cannot be shared out. */
function widthOf(name: string, part: ProjectionParameters | undefined, heads: number): number {
  const weight = `parameters.${name}.weight`
  if (part === undefined) throw optionError(`parameters.${name}`, undefined, '{ weight, bias?, activation? }')
  const [rows = 0, columns = 0] = tensor(weight, part.weight, 'out in').shape
  if (rows % heads === 0) return rows / heads
  throw shapeError(weight, `of shape (${rows}, ${columns})`, `a multiple of ${heads} rows, one part for each head`)
}
