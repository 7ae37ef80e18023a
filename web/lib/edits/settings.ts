/** Checks the settings of an attention or of position encodings, and puts them in the engine's form. */

import { editNormalizers, editPositions, squashNames } from '../choices.js'
import { AttenscopeError } from '../errors.js'
import type { EngineEdit } from '../types/engine.js'
import { isJsonObject, kindOf, type JsonObject } from '../formats/json.js'
import { refuseUnknown, type Names } from '../known-options.js'
import type { AttentionSettings, PositionSettings } from '../types/index.js'
import type { EditTarget } from './edit-target.js'

/** The settings of an edit in the engine's form. */
export type EngineSettings = Pick<EngineEdit, 'setting' | 'position'>
type Setting = NonNullable<EngineEdit['setting']>
type Position = NonNullable<EngineEdit['position']>

const attentionFields = Object.keys({
  ...{ squash: true, normalizer: true, seed: true, temperature: true, window: true, mask: true, positions: true }
} satisfies Names<AttentionSettings>)
const positionFields = Object.keys({ kind: true, base: true, layout: true } satisfies Names<PositionSettings>)

export function checkAttentionSettings(where: string, set: unknown, target: EditTarget): EngineSettings {
  const given = object(where, set, attentionFields)
  const setting: Setting = {
    ...optional('squash', oneOf(`${where}.squash`, given['squash'], squashNames)),
    ...optional('normalizer', oneOf(`${where}.normalizer`, given['normalizer'], editNormalizers)),
    ...optional('seed', whole(`${where}.seed`, given['seed'], 2 ** 32)),
    ...optional('temperature', temperature(`${where}.temperature`, given['temperature'])),
    ...(given['window'] !== undefined && window(`${where}.window`, given['window'], target)),
    ...(given['mask'] !== undefined && mask(`${where}.mask`, given['mask'], target))
  }
  const positions = given['positions']
  return {
    ...(Object.keys(setting).length > 0 && { setting }),
    ...(positions !== undefined && { position: checkPositionSettings(`${where}.positions`, positions) })
  }
}

export function checkPositionSettings(where: string, set: unknown): Position {
  const given = object(where, set, positionFields)
  const kind = oneOf(`${where}.kind`, given['kind'], editPositions)
  if (kind === undefined) {
    throw new AttenscopeError('option', `${where}.kind is missing, expected one of: ${editPositions.join(', ')}`)
  }
  const base = given['base']
  if (base !== undefined && !(typeof base === 'number' && Number.isFinite(base) && base > 0)) {
    throw new AttenscopeError('option', `${where}.base is ${kindOf(base)}, expected a finite number above 0`)
  }
  if (base !== undefined && kind !== 'rotary' && kind !== 'sinusoidal') {
    throw new AttenscopeError('option', `${where}.base goes with 'rotary' and 'sinusoidal', not with '${kind}'`)
  }
  const layout = oneOf(`${where}.layout`, given['layout'], ['halves', 'interleaved'])
  if (layout !== undefined && kind !== 'sinusoidal') {
    throw new AttenscopeError('option', `${where}.layout goes with 'sinusoidal', not with '${kind}'`)
  }
  return { kind, ...optional('base', base), interleaved: layout === 'interleaved' }
}

function window(where: string, value: unknown, target: EditTarget): Setting {
  refuseLearned(where, target)
  const { left, right } = object(where, value, ['left', 'right'])
  return {
    windowLeft: whole(`${where}.left`, left, 2 ** 31) ?? -1,
    windowRight: whole(`${where}.right`, right, 2 ** 31) ?? -1
  }
}

function mask(where: string, value: unknown, target: EditTarget): Setting {
  if (Array.isArray(value)) return { hiddenKeys: keys(where, value, target) }
  if (value === 'causal') return causal(where, target)
  const given = object(where, value, ['keys', 'causal', 'globalTokens'])
  if (given['causal'] !== undefined && given['causal'] !== true) {
    throw new AttenscopeError(
      'unsupported',
      `${where}.causal is ${kindOf(given['causal'])}; expected true: a mask can hide later keys, but it cannot show keys that the model hides`
    )
  }
  const list = given['keys']
  if (list !== undefined && !Array.isArray(list)) {
    throw new AttenscopeError('option', `${where}.keys is ${kindOf(list)}, expected a list of token indexes`)
  }
  if (given['globalTokens'] !== undefined) refuseLearned(`${where}.globalTokens`, target)
  return {
    ...(list && { hiddenKeys: keys(`${where}.keys`, list, target) }),
    ...(given['causal'] && causal(`${where}.causal`, target)),
    ...optional('globalTokens', whole(`${where}.globalTokens`, given['globalTokens'], 2 ** 31))
  }
}

function causal(where: string, { part, isLearned }: EditTarget): { causal: true } {
  if (part === 'cross' || isLearned) {
    throw new AttenscopeError(
      'option',
      `${where}: a causal mask needs queries and keys in one sequence, which this attention does not have`
    )
  }
  return { causal: true }
}

function refuseLearned(where: string, { isLearned }: EditTarget): void {
  if (!isLearned) return
  throw new AttenscopeError(
    'option',
    `${where}: the one query of this attention was learnt and has no position in the text`
  )
}

function keys(where: string, list: readonly unknown[], { keyLimit }: EditTarget): number[] {
  return list.map((key, i) => {
    const number = whole(`${where}[${i}]`, key, keyLimit)
    if (number === undefined) throw new AttenscopeError('option', `${where}[${i}] is undefined, expected a token index`)
    return number
  })
}

function temperature(where: string, value: unknown): number | undefined {
  if (value === undefined) return undefined
  // The inverse of the temperature has to be a float32 too.
  if (typeof value === 'number' && value >= 1e-30 && value <= 1e30) return value
  throw new AttenscopeError('option', `${where} is ${kindOf(value)}, expected a number above 0`)
}

function whole(where: string, value: unknown, limit: number): number | undefined {
  if (value === undefined) return undefined
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < limit) return value as number
  throw new AttenscopeError('option', `${where} is ${kindOf(value)}, expected an integer from 0 to ${limit - 1}`)
}

function oneOf<T extends string>(where: string, value: unknown, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined
  const found = allowed.find((each) => each === value)
  if (found !== undefined) return found
  throw new AttenscopeError('option', `${where} is ${kindOf(value)}, expected one of: ${allowed.join(', ')}`)
}

function object(where: string, value: unknown, fields: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw new AttenscopeError('option', `${where} is ${kindOf(value)}, expected an object`)
  refuseUnknown(where, value, fields)
  return value
}

function optional<Name extends string, T>(name: Name, value: T | undefined): Partial<Record<Name, T>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, T>)
}
