/** Finds the layer, head or token of an element's attributes that its patterns do not have. */
import { AttenscopeError, type PatternSource } from 'attenscope'

/** The numbers of an element that choose something in its patterns. */
export interface ChosenNumbers {
  readonly layer?: number | undefined
  readonly head?: number | undefined
  readonly held?: number | undefined
}

/** Reads an attribute that holds an index from 0. Any other text becomes NaN, which the element refuses. */
export const indexOfAttribute = {
  fromAttribute: (text: string | null) => (text === null ? undefined : /^\s*\d+\s*$/.test(text) ? Number(text) : NaN)
}

/**
 * The error for a number that is no index, or is none of the patterns' own; undefined if all are right. `textOf` has the text
 * of an attribute.
 */
export function wrongChoice(
  numbers: ChosenNumbers,
  source: PatternSource | undefined,
  textOf: (attribute: string) => string | null
): AttenscopeError | undefined {
  const error = (message: string) => new AttenscopeError('option', message)
  for (const name of ['layer', 'head', 'held'] as const) {
    const value = numbers[name]
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue
    const found = Number.isNaN(value) ? JSON.stringify(textOf(name) ?? 'NaN') : String(value)
    const range = source && rangeOf(name, source)
    return error(
      `${name} is ${found}, expected ${range ? `a number from 0 to ${range.last}` : 'a whole number from 0 on'}`
    )
  }
  if (!source) return undefined
  const { layers, headCount } = source
  const { layer, head, held } = numbers
  if (layer !== undefined && !layers.includes(layer)) {
    const isGapless = layers.every((each, at) => each === at)
    return error(
      isGapless
        ? `layer ${layer} of ${layers.length}: layers are ${span(layers.length)}`
        : `layer ${layer}: the layers with attention are ${layers.join(', ')}`
    )
  }
  // The number after the last head is the mean over the heads.
  if (head !== undefined && head > headCount - (headCount > 1 ? 0 : 1)) {
    const mean = headCount > 1 ? `, and ${headCount} is the mean of all heads` : ''
    return error(`head ${head} of ${headCount}: heads are ${span(headCount)}${mean}`)
  }
  const { last } = rangeOf('held', source)
  if (held !== undefined && held > last)
    return error(`held ${held} of ${last + 1} tokens: tokens are ${span(last + 1)}`)
  return undefined
}

const span = (count: number) => (count === 1 ? '0 alone' : `0 to ${count - 1}`)

function rangeOf(
  name: keyof ChosenNumbers,
  { layers, headCount, queryTokens, queries }: PatternSource
): { last: number } {
  if (name === 'layer') return { last: layers.at(-1) ?? 0 }
  return { last: (name === 'head' ? headCount : queryTokens.length || queries.count) - 1 }
}
