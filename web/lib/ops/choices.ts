/** Checks the choices that every form of attention has, fills in their defaults, and turns them into engine settings. */

import { normalizerNames, squashNames, stageNames } from '../choices.js'
import { AttenscopeError } from '../errors.js'
import type { OpSettings } from '../engine/ops-engine.js'
import type { Tensor } from '../types/index.js'
import type { AttentionChoices, ScoreName, StageName, VisibilityChoices } from './attention-types.js'
import { choice, flag, given, integer, number, optionError, shapeError } from './values.js'

/** A pattern with more weights is returned only when the caller sets `pattern`. */
export const mostWeights = 2 ** 24

/** The names of the options in `AttentionChoices`. */
export const choiceNames: readonly string[] = [
  'score',
  'scale',
  'softcap',
  'squash',
  'maskFill',
  'normalizer',
  'seed'
] satisfies (keyof AttentionChoices)[]

/** The names of the options in `VisibilityChoices`. */
export const visibilityNames: readonly string[] = [
  'causal',
  'window',
  'globalTokens'
] satisfies (keyof VisibilityChoices)[]

/** The direction of the normaliser and of the weighted sum, which not every form of attention has. */
interface Flow {
  readonly over?: 'keys' | 'queries' | undefined
  readonly weighting?: 'forward' | 'backward' | undefined
}

/**
 * The settings of attention. `width` is H, for the scale of 'scaled-dot'. `scores` are the supported scores, of which the
 * first is the default. Throws 'option'.
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
    // A small cap must not become 0, which means no cap, in the engine's float32.
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

/** In the engine −1 means no limit. */
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
  // A finite number must stay finite in the engine's float32, because −∞ would hide the key.
  if (typeof value === 'number' && Number.isFinite(value)) return Math.max(-mostFloat32, Math.min(mostFloat32, value))
  if (value === Infinity) return value
  throw optionError('maskFill', value, 'a number')
}

/** The settings for `capture` and `pattern`. The pattern's default depends on the number of `weights`. Throws 'option'. */
export function stageSettings(
  { capture, pattern }: { readonly capture?: unknown; readonly pattern?: unknown },
  weights: number
): Record<StageName | 'pattern', boolean> {
  const listed: unknown = capture === undefined ? [] : typeof capture === 'string' ? [capture] : capture
  if (!Array.isArray(listed)) throw shapeError('capture', typeof capture, 'the name of a stage, or an array of names')
  const names = listed.map((name: unknown) => choice('capture', name, [...stageNames, 'pattern']))
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

/** A result that the engine must return. */
export function need<Value>(results: Readonly<Record<string, Value | undefined>>, name: string): Value {
  const found = results[name]
  if (found === undefined) throw new AttenscopeError('worker', `the engine returned no ${name}`)
  return found
}

/** The results whose names begin with the prefix, under their names without it. */
export function withPrefix<Value>(results: Readonly<Record<string, Value>>, prefix: string): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(results)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value])
  )
}
