/** The parts of a model with attention: their trace names, and the tokens of their queries and keys. */

import { AttenscopeError } from '../errors.js'
import { kindOf } from '../formats/json.js'
import type { ModelInfo, Part, PartInfo, PatternSource, QueryRange, Token } from '../types/index.js'
import { parseTraceName, traceName, type TraceName, type TraceStage } from './trace-name.js'

const allParts: readonly Part[] = ['decoder', 'encoder', 'cross']

/** The parts with patterns, the default part first. */
export function attendingParts({ kind, parts }: Pick<ModelInfo, 'kind' | 'parts'>): readonly Part[] {
  const order: readonly Part[] = kind === 'encoder-decoder' ? ['cross', 'decoder', 'encoder'] : allParts
  return order.filter((part) => (parts[part]?.layers.length ?? 0) > 0)
}

/** The part of a call, or the model's default part, with its sizes. Throws 'option' if the model has no such part. */
export function choosePart(info: ModelInfo, asked: Part | undefined): { part: Part; size: PartInfo } {
  const parts = attendingParts(info)
  const part = asked ?? parts[0]
  const size = part !== undefined && parts.includes(part) ? info.parts[part] : undefined
  if (part !== undefined && size) return { part, size }
  throw new AttenscopeError(
    'option',
    `part is ${kindOf(asked)}, but the parts of this model (${info.family}) with attention are ${parts.map(kindOf).join(', ') || 'none'}`
  )
}

/**
 * The part and site in the trace names of a part's attention. Only the names of an encoder–decoder contain the part:
 * `traceName({ ...traceSiteOf(info, 'cross'), layer: 0, stage: 'pattern' })` is 'decoder.blocks.0.cross.pattern'.
 */
export function traceSiteOf(
  { kind }: Pick<ModelInfo, 'kind'>,
  part: Part
): Pick<TraceName, 'part'> & { readonly site: 'attn' | 'cross' } {
  const site = part === 'cross' ? 'cross' : 'attn'
  return kind === 'encoder-decoder' ? { part, site } : { site }
}

/** The name of one stage of a layer's attention. */
export function attentionName(
  info: Pick<ModelInfo, 'kind'>,
  part: Part,
  layer: number,
  stage: TraceStage = 'pattern'
): string {
  return traceName({ ...traceSiteOf(info, part), layer, stage })
}

/**
 * The trace names of a head's queries, keys and values, with the head in each tensor. Several query heads may share one
 * key/value head.
 */
export function namesPerHead(
  info: ModelInfo,
  part: Part,
  layer: number,
  head: number
): Readonly<Record<'queries' | 'keys' | 'values', { readonly name: string; readonly head: number }>> {
  const { N } = choosePart(info, part).size
  // info.K belongs to the decoder. Encoders have as many key/value heads as query heads.
  const shared = info.N === N && part !== 'encoder' ? Math.floor(head / (info.N / info.K)) : head
  return {
    queries: { name: attentionName(info, part, layer, 'q'), head },
    keys: { name: attentionName(info, part, layer, 'k'), head: shared },
    values: { name: attentionName(info, part, layer, 'v'), head: shared }
  }
}

/** The part of a trace name: 'decoder.embedding' belongs to the part 'decoder'. The name may contain a *. */
export function partOfName({ kind, parts }: Pick<ModelInfo, 'kind' | 'parts'>, name: string): Part {
  if (kind !== 'encoder-decoder') return parts.decoder ? 'decoder' : 'encoder'
  return parseTraceName(name)?.part ?? 'decoder'
}

/** The tokens of a run. `queries` is a range of the target if there is a target, else of the input. */
export interface Sequences {
  readonly tokens: readonly Token[]
  readonly targetTokens?: readonly Token[]
  readonly queries: QueryRange
}

/** The tokens of a part's queries and keys. */
export function sequencesOf(
  part: Part,
  { learnedQuery }: PartInfo,
  { tokens, targetTokens, queries }: Sequences
): Pick<PatternSource, 'tokens' | 'keyCount' | 'queryTokens' | 'queries'> {
  if (part === 'decoder') {
    const own = targetTokens ?? tokens
    return { tokens: own, keyCount: queries.first + queries.count, queryTokens: own, queries }
  }
  const keys = { tokens, keyCount: tokens.length }
  if (learnedQuery) return { ...keys, queryTokens: [], queries: { first: 0, count: 1 } }
  if (part === 'cross') return { ...keys, queryTokens: targetTokens ?? [], queries }
  return { ...keys, queryTokens: tokens, queries: { first: 0, count: tokens.length } }
}
