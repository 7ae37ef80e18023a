/** Attention pooling, and the combination of a state with its attention context, both with gradients. */

import type { OpSettings, OpTensors, OpsEngine } from '../engine/ops-engine.js'
import type { Tensor } from '../types/index.js'
import { attentionSettings, choiceNames, need, withPrefix } from './choices.js'
import type { CombineGradients, CombineOptions, PoolGradients, PoolOptions, PoolResult } from './layer-types.js'
import { projection } from './projections.js'
import {
  anyTensor,
  choice,
  given,
  integers,
  maskTensors,
  optionalTensor,
  optionError,
  shapeError,
  shapeText,
  tensor
} from './values.js'

/**
 * Attention pooling: a learned query reduces x (B, S, C) to (B, C), Σ_s α_s x_s, where α is the softmax of query · x_s or of
 * hidden · tanh(W x_s + b) (Yang et al. 2016). Throws 'shape', 'option' and 'memory'.
 */
export function attentionPool(engine: OpsEngine, options: PoolOptions): PoolResult {
  const { tensors, settings } = readPool('attentionPool', options, [])
  const results = engine.op('pool', tensors, settings)
  return { output: need(results, 'output'), pattern: need(results, 'pattern') }
}

/** The gradients of attentionPool, from the gradient at its output, `gradOutput` (B, C). Throws the same errors. */
export function attentionPoolGradient(
  engine: OpsEngine,
  options: PoolOptions & { readonly gradOutput: Tensor }
): PoolGradients {
  const { tensors, settings } = readPool('attentionPoolGradient', options, ['gradOutput'])
  const gradOutput = tensor('gradOutput', options.gradOutput, 'B C')
  const results = engine.op('poolGradient', { ...tensors, gradOutput }, settings)
  const { gradMask } = results
  return {
    gradX: need(results, 'gradX'),
    gradParameters: withPrefix(results, 'parameters.'),
    ...(gradMask && { gradMask })
  }
}

function readPool(
  what: string,
  all: PoolOptions,
  more: readonly string[]
): { tensors: OpTensors; settings: OpSettings } {
  const options = given(what, all, ['x', 'parameters', 'mask', 'keyLengths', ...choiceNames, ...more])
  const x = tensor('x', options.x, 'B S C')
  if (options.parameters === undefined) {
    throw optionError('parameters', undefined, '{ query } or { weight, hidden, bias? }')
  }
  const additive = !options.parameters.query
  const parameters = given('parameters', options.parameters, additive ? ['weight', 'hidden', 'bias'] : ['query'])
  const settings = attentionSettings(
    options,
    x.shape[2] ?? 0,
    additive ? ['additive'] : ['dot', 'scaled-dot', 'cosine']
  )
  return {
    tensors: {
      x,
      ...maskTensors(options.mask),
      keyLengths: options.keyLengths === undefined ? undefined : integers('keyLengths', options.keyLengths),
      ...(additive
        ? {
            'parameters.weight': tensor('parameters.weight', parameters.weight, 'A C'),
            'parameters.hidden': tensor('parameters.hidden', parameters.hidden, 'A'),
            'parameters.bias': optionalTensor('parameters.bias', parameters.bias, 'A')
          }
        : { 'parameters.query': tensor('parameters.query', parameters.query, 'C') })
    },
    settings
  }
}

/**
 * Combines a state (…, Cs) and its context (…, Cc) into one vector: by a linear layer of the concatenation, by a sum, or by a
 * gate. The result is (…, Co), or (…, Cs + Cc) for 'concat' without parameters. Throws 'shape' and 'option'.
 */
export function combine(engine: OpsEngine, state: Tensor, context: Tensor, options: CombineOptions): Tensor {
  const { tensors, settings, outer, width } = readCombine('combine', state, context, options, [])
  const { data } = need(engine.op('combine', tensors, settings), 'output')
  return { data, shape: [...outer, width] }
}

/** The gradients of combine, from the gradient at its result, `gradOutput`. Throws the same errors. */
export function combineGradient(
  engine: OpsEngine,
  state: Tensor,
  context: Tensor,
  options: CombineOptions & { readonly gradOutput: Tensor }
): CombineGradients {
  const { tensors, settings, outer, width } = readCombine('combineGradient', state, context, options, ['gradOutput'])
  const gradOutput = anyTensor('gradOutput', options.gradOutput)
  const expected = shapeText([...outer, width])
  if (shapeText(gradOutput.shape) !== expected) {
    throw shapeError('gradOutput', `of shape ${shapeText(gradOutput.shape)}`, expected)
  }
  const rows = tensors['state']?.shape[0] ?? 0
  const flat = { data: gradOutput.data, shape: [rows, width] }
  const results = engine.op('combineGradient', { ...tensors, gradOutput: flat }, settings)
  return {
    gradState: { data: need(results, 'gradState').data, shape: [...state.shape] },
    gradContext: { data: need(results, 'gradContext').data, shape: [...context.shape] },
    gradParameters: withPrefix(results, 'parameters.')
  }
}

function readCombine(
  what: string,
  state: unknown,
  context: unknown,
  all: CombineOptions,
  more: readonly string[]
): { tensors: OpTensors; settings: OpSettings; outer: readonly number[]; width: number } {
  const options = given(what, all, ['how', 'parameters', ...more])
  const how = choice('how', options.how, ['concat', 'sum', 'gate'])
  const one = anyTensor('state', state)
  const other = anyTensor('context', context)
  const outer = one.shape.slice(0, -1)
  if (one.shape.length === 0 || shapeText(other.shape.slice(0, -1)) !== shapeText(outer)) {
    throw shapeError('context', `of shape ${shapeText(other.shape)}`, shapeText([...outer, 'Cc']))
  }
  const rows = outer.reduce((all, extent) => all * extent, 1)
  const widths = [one, other].map(({ shape }) => shape[shape.length - 1] ?? 0)
  const [stateWidth = 0, contextWidth = 0] = widths
  const part = options.parameters && projection('parameters', 'parameters', options.parameters)
  if (how === 'gate' && !part) throw optionError('parameters', undefined, '{ weight, bias? } for a gate')
  if (how === 'sum' && part) throw optionError('parameters', options.parameters, 'none: a sum has no parameters')
  const bare = how === 'concat' ? stateWidth + contextWidth : stateWidth
  const width = part?.tensors['parameters.weight']?.shape[0] ?? bare
  return {
    tensors: {
      state: { data: one.data, shape: [rows, stateWidth] },
      context: { data: other.data, shape: [rows, contextWidth] },
      ...part?.tensors
    },
    settings: { how, width, ...part?.settings },
    outer,
    width
  }
}
