/** The names that heads earn by their patterns, with the score behind each; computed again when a text has grown. */
import { nameHead, type NamedHead, type PatternSource } from 'attenscope'
import { layoutOf, queryEnd } from '../base/layout.js'
import type { HeadRef } from '../base/refs.js'
import type { Selection } from '../base/selection.js'
import { isFetched } from './long-trace.js'

interface Known {
  readonly end: number
  readonly named: NamedHead | undefined
}

const known = new WeakMap<PatternSource, Map<number, Known>>()

/**
 * The name that a head earned by the patterns that there are, without the reader's tuning; undefined for a mean of heads
 * and for patterns that are fetched on demand and are not here.
 */
export function namedHead(selection: Selection, { layer, head }: HeadRef): NamedHead | undefined {
  const { given: source } = selection
  if (!source || head >= source.headCount || layoutOf(source) !== 'one') return undefined
  if (isFetched(source) && !source.isHere(layer, head)) return undefined
  const end = queryEnd(source)
  const place = layer * source.headCount + head
  let ofSource = known.get(source)
  if (!ofSource) known.set(source, (ofSource = new Map()))
  const last = ofSource.get(place)
  if (last?.end === end) return last.named
  const named = nameHead(source, layer, head)
  ofSource.set(place, { end, named })
  return named
}
