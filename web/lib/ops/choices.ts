/** The choices that every form of attention has, checked and with their defaults, as the engine reads them. */

import { normalizerNames, squashNames, stageNames } from '../choices.js'
import { AttenscopeError } from '../errors.js'
import type { OpSettings } from '../engine/ops-engine.js'
import type { Tensor } from '../types/index.js'
import type { AttentionChoices, ScoreName, StageName, VisibilityChoices } from './attention-types.js'
import { choice, flag, given, integer, number, optionError, shapeError } from './values.js'

/** More weights than this are given only where they are asked for. */
export const mostWeights = 2 ** 24

export const choiceNames: readonly string[] = [
  'score',
  'scale',
  'softcap',
  'squash',
  'maskFill',
  'normalizer',
  'seed'
] satisfies (keyof AttentionChoices)[]

export const visibilityNames: readonly string[] = [
  'causal',
  'window',
  'globalTokens'
] satisfies (keyof VisibilityChoices)[]

/** What a call may leave to be as it is elsewhere. */
interface Flow {
  readonly over?: 'keys' | 'queries' | undefined
  readonly weighting?: 'forward' | 'backward' | undefined
}

/**
 * The settings of attention. `width` is H, which the scale of 'scaled-dot' comes from; `scores` are those to be had, the first
 * by default. Throws 'option'.
 */
export function attentionSettings(
  options: AttentionChoices & VisibilityChoices & Flow,
  width: number,
  scores: readonly ScoreName[]
): OpSettings {
  const score = choice('score', options.score, scores, scores[0])
  const softcap = number('softcap', options.softcap, 0, 0)
  const normalizer = choice('normalizer', options.normalizer, normalizerNames, 'softmax')
  const sampled = normalizer === 'hard' && options.seed !== undefined
  return {
    score: score === 'scaled-dot' ? 'dot' : score,
    scale: number('scale', options.scale, score === 'scaled-dot' && width > 0 ? 1 / Math.sqrt(width) : 1),
    // However small, it stays one in the engine's float32.
    softcap: softcap > 0 ? Math.max(softcap, leastFloat32) : 0,
    squash: choice('squash', options.squash, squashNames, 'none'),
    causal: flag('causal', options.causal, false),
    ...windowSettings(options.window),
    globalTokens: integer('globalTokens', options.globalTokens, 0),
    maskFill: fill(options.maskFill),
    normalizer: sampled ? 'sample' : normalizer,
    over: choice('over', options.over, ['keys', 'queries'], 'keys'),
    weighting: choice('weighting', options.weighting, ['forward', 'backward'], 'forward'),
    seed: integer('seed', options.seed, 0, 0, 2 ** 32 - 1)
  }
}

/** −1 stands for no bound. */
function windowSettings(window: VisibilityChoices['window']): { windowLeft: number; windowRight: number } {
  if (window === undefined) return { windowLeft: -1, windowRight: -1 }
  const { left, right } = given('window', window, ['left', 'right'])
  const side = (name: string, value: unknown) => (value === Infinity ? -1 : integer(name, value, -1))
  return { windowLeft: side('window.left', left), windowRight: side('window.right', right) }
}

const mostFloat32 = (2 - 2 ** -23) * 2 ** 127
const leastFloat32 = 2 ** -149

function fill(value: unknown): number {
  if (value === undefined || value === -Infinity) return -Infinity
  // A finite number stays one in the engine's float32, however large: −∞ would hide.
  if (typeof value === 'number' && Number.isFinite(value)) return Math.max(-mostFloat32, Math.min(mostFloat32, value))
  if (value === Infinity) return value
  throw optionError('maskFill', value, 'a number')
}

/** What `capture` and `pattern` name, as settings; the pattern by default where there are few `weights`. Throws 'option'. */
export function stageSettings(
  { capture, pattern }: { readonly capture?: unknown; readonly pattern?: unknown },
  weights: number
): Record<StageName | 'pattern', boolean> {
  const asked: unknown = capture === undefined ? [] : typeof capture === 'string' ? [capture] : capture
  if (!Array.isArray(asked)) throw shapeError('capture', typeof capture, 'the name of a stage, or an array of them')
  const names = asked.map((name: unknown) => choice('capture', name, [...stageNames, 'pattern']))
  const has = (name: StageName) => names.includes(name)
  return {
    ...{ scores: has('scores'), scaled: has('scaled'), squashed: has('squashed'), masked: has('masked') },
    pattern: names.includes('pattern') || flag('pattern', pattern, weights <= mostWeights)
  }
}

/** The captured stages among an engine's results. */
export function stagesOf(results: Readonly<Record<string, Tensor>>): { [Name in StageName]?: Tensor } {
  return Object.fromEntries(stageNames.flatMap((name) => (results[name] ? [[name, results[name]]] : [])))
}

/** A result that the engine answers with. */
export function need<Value>(results: Readonly<Record<string, Value | undefined>>, name: string): Value {
  const found = results[name]
  if (found === undefined) throw new AttenscopeError('worker', `the engine gave no ${name}`)
  return found
}

/** Those results whose name begins with the prefix, by the rest of it. */
export function withPrefix<Value>(results: Readonly<Record<string, Value>>, prefix: string): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(results)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value])
  )
}
