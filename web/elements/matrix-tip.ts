/** What the matrix says of the weight in hand: in its tooltip, and to a screen reader. */
import type { PatternSource } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { exact, patternName, percent } from './format.js'
import type { HeadRef, TokenRef } from './selection.js'
import { tokenLabel } from './token-label.js'
import { spokenToken } from './token-text.js'

/** The weight from query to key; undefined where the key is hidden from it. */
function weightOf(source: PatternSource, { layer, head }: HeadRef, query: number, key: number): number | undefined {
  const { first, count } = source.queries
  if (key > query || query < first || query >= first + count) return undefined
  return source.row(layer, head, query)[key] ?? 0
}

export function tipContent(
  source: PatternSource,
  head: HeadRef,
  ref: TokenRef | undefined
): TemplateResult | undefined {
  if (ref?.key === undefined) return undefined
  const { query, key } = ref
  if (query >= source.tokens.length || key >= source.tokens.length) return undefined
  const weight = weightOf(source, head, query, key)
  return html`${tokenLabel(source.tokens, query)} → ${tokenLabel(source.tokens, key)}
  ${
    weight === undefined
      ? html`<strong>hidden</strong>A token looks only at itself and at what stands before it.`
      : html`<strong>${percent(weight)}</strong
          ><span class="name">${patternName(head.layer)}[${head.head}, ${query}, ${key}] = ${exact(weight)}</span>`
  }`
}

export function spokenWeight(source: PatternSource, head: HeadRef, ref: TokenRef | undefined): string {
  if (ref?.key === undefined) return ''
  const { query, key } = ref
  if (query >= source.tokens.length || key >= source.tokens.length) return ''
  const weight = weightOf(source, head, query, key)
  return `${spokenToken(source.tokens, query)} to ${spokenToken(source.tokens, key)}: ${weight === undefined ? 'hidden' : percent(weight)}`
}
