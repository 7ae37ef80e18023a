/** Softmax, log-softmax, layer norm and RMS norm along an axis, with their gradients. */

import type { OpSettings, OpTensors, OpsEngine } from '../engine/ops-engine.js'
import type { Tensor } from '../types/index.js'
import { need } from './choices.js'
import type { NormGradients, NormOptions, NormResult } from './row-types.js'
import { anyTensor, given, integer, number, optionError, shapeError, shapeText } from './values.js'

/** The axis, counted from the front or, when negative, from the back. Throws 'option'. */
function axisOf(value: unknown, { shape }: Tensor): number {
  if (shape.length === 0) throw shapeError('x', 'of shape ()', 'at least one dimension')
  const axis = integer('axis', value ?? undefined, -1, -shape.length, shape.length - 1)
  return axis < 0 ? axis + shape.length : axis
}

/** The caller's gradient, which must have x's shape. Throws 'shape'. */
function gradientLike(value: unknown, { shape }: Tensor): Tensor {
  const gradient = anyTensor('gradOutput', value)
  if (shapeText(gradient.shape) === shapeText(shape)) return gradient
  throw shapeError('gradOutput', `of shape ${shapeText(gradient.shape)}`, shapeText(shape))
}

/**
 * Softmax, exp(x) / Σ exp(x), along one axis, or its logarithm, for x of any shape. A row of −∞ only gives zeros (log: −∞).
 * Throws 'shape' and 'option'.
 */
export function softmax(engine: OpsEngine, x: Tensor, axis: number | undefined, log: boolean): Tensor {
  const checked = anyTensor('x', x)
  return need(engine.op('softmax', { x: checked }, { axis: axisOf(axis, checked), log }), 'y')
}

/** The gradient at x of softmax or log-softmax: y · (g − Σ g · y), or g − exp(y) · Σ g. Throws 'shape' and 'option'. */
export function softmaxGradient(
  engine: OpsEngine,
  x: Tensor,
  options: { readonly axis?: number; readonly gradOutput: Tensor },
  log: boolean
): { gradX: Tensor } {
  const what = log ? 'logSoftmaxGradient' : 'softmaxGradient'
  const { axis, gradOutput } = given(what, options, ['axis', 'gradOutput'])
  const checked = anyTensor('x', x)
  const settings = { axis: axisOf(axis, checked), log }
  const tensors = { x: checked, gradOutput: gradientLike(gradOutput, checked) }
  return { gradX: need(engine.op('softmaxGradient', tensors, settings), 'gradX') }
}

/**
 * Layer norm (Ba et al. 2016), (x − mean) / √(variance + ε) · weight + bias, or RMS norm (Zhang & Sennrich 2019),
 * x / √(mean(x²) + ε) · weight, over all dimensions from `axis` on. Throws 'shape' and 'option'.
 */
export function norm(engine: OpsEngine, x: Tensor, options: NormOptions, centred: boolean): NormResult {
  const call = readNorm(centred ? 'layerNorm' : 'rmsNorm', x, options, centred, [])
  const results = engine.op('norm', call.tensors, call.settings)
  const shape = call.shape.map((extent, at) => (at < call.axis ? extent : 1))
  const { data, shape: whole } = need(results, 'y')
  const { mean } = results
  return {
    data,
    shape: whole,
    ...(mean && { mean: { data: mean.data, shape } }),
    invStdDev: { data: need(results, 'inverse').data, shape }
  }
}

/** The gradients of a norm at x, weight and bias, from the gradient at its result. Throws 'shape' and 'option'. */
export function normGradient(
  engine: OpsEngine,
  x: Tensor,
  options: NormOptions & { readonly gradOutput: Tensor },
  centred: boolean
): NormGradients {
  const what = centred ? 'layerNormGradient' : 'rmsNormGradient'
  const { tensors, settings } = readNorm(what, x, options, centred, ['gradOutput'])
  const gradOutput = gradientLike(options.gradOutput, x)
  const results = engine.op('normGradient', { ...tensors, gradOutput }, settings)
  const like = (gradient: Tensor, given: Tensor | undefined) => ({
    data: gradient.data,
    shape: [...(given?.shape ?? [])]
  })
  const { gradWeight, gradBias } = results
  return {
    gradX: need(results, 'gradX'),
    ...(gradWeight && { gradWeight: like(gradWeight, options.weight) }),
    ...(gradBias && { gradBias: like(gradBias, options.bias) })
  }
}

function readNorm(
  what: string,
  x: Tensor,
  all: NormOptions,
  centred: boolean,
  more: readonly string[]
): { tensors: OpTensors; settings: OpSettings; shape: readonly number[]; axis: number } {
  const options = given(what, all, ['weight', ...(centred ? ['bias'] : []), 'axis', 'epsilon', ...more])
  const checked = anyTensor('x', x)
  const axis = axisOf(options.axis, checked)
  if (options.epsilon !== undefined && !(options.epsilon >= 0)) {
    throw optionError('epsilon', options.epsilon, 'a finite number from 0 on')
  }
  return {
    tensors: {
      x: checked,
      weight: rowTensor('weight', options.weight, checked.shape.length - axis),
      bias: rowTensor('bias', options.bias, checked.shape.length - axis)
    },
    settings: { axis, centred, epsilon: number('epsilon', options.epsilon, 1e-5, 0) },
    shape: checked.shape,
    axis
  }
}

/** A parameter, without leading dimensions of 1 beyond `rank` dimensions. */
function rowTensor(name: string, value: Tensor | undefined, rank: number): Tensor | undefined {
  if (value === undefined) return undefined
  const { data, shape } = anyTensor(name, value)
  const before = shape.slice(0, Math.max(0, shape.length - rank))
  return { data, shape: before.every((extent) => extent === 1) ? shape.slice(before.length) : shape }
}
