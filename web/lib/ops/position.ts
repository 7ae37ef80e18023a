/** Rotary positions and positional encodings, with the gradients of rotary and of the learned tables. */

import { positionKinds } from '../choices.js'
import type { OpSettings, OpTensors, OpsEngine } from '../engine/ops-engine.js'
import type { Tensor } from '../types/index.js'
import { need } from './choices.js'
import type {
  PositionEncoding,
  PositionKind,
  PositionOptions,
  RotaryOptions,
  RotaryScalingOptions
} from './row-types.js'
import { choice, flag, given, integer, integers, number, optionError, shapeError, shapeText, tensor } from './values.js'
import type { EngineTensor } from './values.js'

const rotaryNames = ['positions', 'base', 'interleaved', 'width', 'cos', 'sin', 'scaling']
const scalings = ['none', 'linear', 'ntk', 'dynamic-ntk', 'llama3', 'yarn'] as const
const scalingNumbers = ['factor', 'lowFrequencyFactor', 'highFrequencyFactor', 'betaFast', 'betaSlow'] as const
const scalingDefaults = { factor: 1, lowFrequencyFactor: 1, highFrequencyFactor: 4, betaFast: 32, betaSlow: 1 }
const kindNames: Readonly<Record<PositionKind, readonly string[]>> = {
  sinusoidal: ['length', 'width', 'base', 'first', 'layout'],
  'powers-of-two': ['length', 'width', 'base', 'first'],
  rotary: ['length', 'width', 'base', 'first', 'scaling'],
  learned: ['length', 'first', 'table', 'positions'],
  alibi: ['length', 'first', 'heads', 'keys'],
  t5: ['length', 'first', 'keys', 'table', 'maxDistance', 'bidirectional']
}

/**
 * Rotates x (B, N, T, H) by its positions (Su et al. 2021): pair i by the angle position · base^(−2i/W), or by the cosines
 * and sines of caches. Coordinates from W on stay unchanged. Throws 'shape', 'option', and 'too-long' for a position beyond
 * the caches.
 */
export function rotary(engine: OpsEngine, x: Tensor, options: RotaryOptions): Tensor {
  return rotate(engine, tensor('x', x, 'B N T H'), given('rotary', options, rotaryNames), false)
}

/** The gradient of rotary at x, from the gradient at its result: the inverse rotation. Throws the same errors. */
export function rotaryGradient(
  engine: OpsEngine,
  x: Tensor,
  options: RotaryOptions & { readonly gradOutput: Tensor }
): { gradX: Tensor } {
  const call = given('rotaryGradient', options, [...rotaryNames, 'gradOutput'])
  const { shape } = tensor('x', x, 'B N T H')
  const gradient = tensor('gradOutput', call.gradOutput, 'B N T H')
  if (shapeText(gradient.shape) !== shapeText(shape)) {
    throw shapeError('gradOutput', `of shape ${shapeText(gradient.shape)}`, shapeText(shape))
  }
  return { gradX: rotate(engine, gradient, call, true) }
}

function rotate(engine: OpsEngine, x: Tensor, options: RotaryOptions, backward: boolean): Tensor {
  const [B = 0, , T = 0, H = 0] = x.shape
  const caches = cachesOf(options, B)
  const cachedWidth = caches && 2 * (caches.cos.shape[caches.cos.shape.length - 1] ?? 0)
  const width = widthOf(options.width, cachedWidth ?? H, H)
  if (cachedWidth !== undefined && cachedWidth !== width) {
    throw shapeError(
      'cos',
      `of shape ${shapeText(caches?.cos.shape ?? [])}`,
      `a last dimension of ${width / 2}, half of the width`
    )
  }
  const hasRowPerToken = caches?.cos.shape.length === 3
  if (hasRowPerToken && options.positions !== undefined) {
    throw optionError(
      'positions',
      options.positions,
      'no positions with caches (B, T, W/2), which have a row per token'
    )
  }
  const tensors = { x, ...caches, positions: hasRowPerToken ? undefined : positionsOf(options.positions, B, T) }
  const interleaved = flag('interleaved', options.interleaved, false)
  return need(engine.op('rotary', tensors, { ...angleSettings(options, width), interleaved, backward }), 'y')
}

/**
 * The caches, with a row per position, (positions, W/2), or a row per token, (B, T, W/2) or (1, T, W/2) for the whole
 * batch.
 */
function cachesOf({ cos, sin }: RotaryOptions, B: number): { cos: Tensor; sin: Tensor } | undefined {
  if (cos === undefined && sin === undefined) return undefined
  const letters = Array.isArray(cos?.shape) && cos.shape.length === 3 ? 'B T W/2' : 'positions W/2'
  const cache = (name: string, value: unknown): Tensor => {
    const { data, shape } = tensor(name, value, letters)
    if (shape.length !== 3 || shape[0] !== 1 || B <= 1) return { data, shape }
    const repeated = new Float32Array(B * data.length)
    for (let b = 0; b < B; ++b) repeated.set(data, b * data.length)
    return { data: repeated, shape: [B, ...shape.slice(1)] }
  }
  return { cos: cache('cos', cos), sin: cache('sin', sin) }
}

/** An even width of at most `most`. 0 means the default, as in ONNX. */
function widthOf(value: unknown, byDefault: number, most: number): number {
  const width = integer('width', value, byDefault, 0, most) || byDefault
  if (width % 2 === 0) return width
  throw optionError('width', width, 'an even number, because coordinates rotate in pairs')
}

/** The positions (B, T), from that shape or broadcast from (T), (1, T) or (B, 1). */
function positionsOf(value: RotaryOptions['positions'], B: number, T: number): EngineTensor {
  const whole = { shape: [B, T] }
  if (value === undefined) return { data: Int32Array.from({ length: B * T }, (_, at) => at % T), ...whole }
  const { data, shape } = integers('positions', value)
  if (data.length === B * T && (shape.length === 1 || shapeText(shape) === shapeText([B, T]))) return { data, ...whole }
  if (data.length === T && shape.every((extent, at) => extent === (at === shape.length - 1 ? T : 1))) {
    return { data: Int32Array.from({ length: B * T }, (_, at) => data[at % T] ?? 0), ...whole }
  }
  if (shapeText(shape) === shapeText([B, 1]) || shapeText(shape) === shapeText([1, 1])) {
    return {
      data: Int32Array.from({ length: B * T }, (_, at) => data[data.length > 1 ? Math.floor(at / T) : 0] ?? 0),
      ...whole
    }
  }
  throw shapeError('positions', `of shape ${shapeText(shape)}`, `(${B}, ${T})`)
}

/** The settings from which the engine computes rotary angles. */
function angleSettings(options: { base?: number; scaling?: RotaryScalingOptions }, width: number): OpSettings {
  const known = ['kind', 'originalLength', 'length', ...scalingNumbers]
  const scaling: RotaryScalingOptions = given('scaling', options.scaling ?? { kind: 'none' }, known)
  const numbers = scalingNumbers.map((name) => [name, number(`scaling.${name}`, scaling[name], scalingDefaults[name])])
  return {
    width,
    halfWidth: width / 2,
    base: number('base', options.base, 10000),
    scaling: choice('scaling.kind', scaling.kind, scalings),
    originalLength: integer('scaling.originalLength', scaling.originalLength, 0),
    textLength: integer('scaling.length', scaling.length, 0),
    ...(Object.fromEntries(numbers) as Record<string, number>)
  }
}

/**
 * A positional encoding of positions p:
 *
 * - 'sinusoidal' (T, C): sin and cos of p / base^(2i/C) (Vaswani et al. 2017, section 3.5)
 * - 'powers-of-two' (T, C): sin and cos of p / 2^i
 * - 'rotary' (2, T, W/2): the cosines, then the sines, of p · base^(−2i/W) (Su et al. 2021)
 * - 'learned' (T, C): rows of a table
 * - 'alibi' (N, T, S): −slope · distance, a bias to add to the scores (Press et al. 2022)
 * - 't5' (N, T, S): a number per head and bucket of distances, a bias to add to the scores (Raffel et al. 2020)
 *
 * Throws 'option', 'shape', and 'too-long' for a position beyond the table.
 */
export function positionalEncoding(engine: OpsEngine, kind: PositionKind, options: PositionOptions): PositionEncoding {
  const { tensors, settings } = readPosition('positionalEncoding', kind, options, [])
  const { encoding, cos, sin, slopes } = engine.op('position', tensors, settings)
  if (cos && sin) {
    const data = new Float32Array(cos.data.length + sin.data.length)
    data.set(cos.data)
    data.set(sin.data, cos.data.length)
    return { data, shape: [2, ...cos.shape], cos, sin }
  }
  return { ...need({ encoding }, 'encoding'), ...(slopes && { slopes }) }
}

/**
 * The gradient of the table of 'learned' or 't5', from the gradient at the encoding. Throws the same errors as
 * `positionalEncoding`.
 */
export function positionalEncodingGradient(
  engine: OpsEngine,
  kind: 'learned' | 't5',
  options: PositionOptions & { readonly gradOutput: Tensor }
): { gradTable: Tensor } {
  choice('kind', kind, ['learned', 't5'])
  const { tensors, settings } = readPosition('positionalEncodingGradient', kind, options, ['gradOutput'])
  const gradOutput = tensor('gradOutput', options.gradOutput, kind === 't5' ? 'N T S' : 'T C')
  const results = engine.op('positionGradient', { ...tensors, gradOutput }, settings)
  return { gradTable: need(results, 'gradTable') }
}

function readPosition(
  what: string,
  kind: PositionKind,
  all: PositionOptions,
  more: readonly string[]
): { tensors: OpTensors; settings: OpSettings } {
  choice('kind', kind, positionKinds)
  const options = given(`${what} of kind '${kind}'`, all, [...kindNames[kind], ...more])
  const first = integer('first', options.first, 0)
  const positions = kind === 'learned' ? learnedPositions(options, first) : undefined
  const T = positions?.data.length ?? integer('length', options.length ?? NaN, 0)
  const hasTable = kind === 'learned' || kind === 't5'
  const table = hasTable ? tensor('table', options.table, kind === 't5' ? 'buckets N' : 'P C') : undefined
  const hasWidth = kind === 'sinusoidal' || kind === 'powers-of-two' || kind === 'rotary'
  const ownWidth = hasWidth ? integer('width', options.width ?? NaN, 0) : 0
  const width = kind === 'rotary' ? widthOf(ownWidth, ownWidth, ownWidth) : ownWidth
  return {
    tensors: { table, positions },
    settings: {
      ...angleSettings({ ...options }, width),
      kind,
      first,
      length: T,
      keys: integer('keys', options.keys, first + T),
      halves: choice('layout', options.layout, ['interleaved', 'halves'], 'interleaved') === 'halves',
      heads: kind === 'alibi' ? integer('heads', options.heads ?? NaN, 0, 1) : 0,
      buckets: table?.shape[0] ?? 0,
      maxDistance: integer('maxDistance', options.maxDistance, 128),
      bidirectional: flag('bidirectional', options.bidirectional, true)
    }
  }
}

function learnedPositions({ positions, length }: PositionOptions, first: number): EngineTensor {
  if (positions !== undefined) return integers('positions', positions)
  const data = Int32Array.from({ length: integer('length', length ?? NaN, 0) }, (_, t) => first + t)
  return { data, shape: [data.length] }
}
