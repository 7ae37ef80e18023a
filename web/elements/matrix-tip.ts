/** What the matrix says of the weight in hand: in its tooltip, and to a screen reader. */
import { html, type TemplateResult } from 'lit'
import type { PatternSource } from 'attenscope'
import { exact } from './format.js'
import { layoutOf, weightAt } from './layout.js'
import type { Subject } from './matrix-subject.js'
import type { HeadRef, Selection } from './selection.js'
import { tokenLabel } from './token-label.js'
import { spokenToken } from './token-text.js'
import { words } from './words.js'

export function tipContent({ token }: Selection, subject: Subject | undefined): TemplateResult | undefined {
  if (!subject || token?.query === undefined || token.key === undefined) return undefined
  const { source, head, valueOf, name } = subject
  const { query, key } = token
  const weight = weightAt(source, head, query, key)
  const from = layoutOf(source) === 'pooled' ? words.matrix.learnedQuery : tokenLabel(source.queryTokens, query)
  return html`${from} → ${tokenLabel(source.tokens, key)}
  ${
    weight === undefined
      ? html`<strong>${words.matrix.hidden}</strong>${words.matrix.whyHidden}`
      : html`<strong>${Number.isNaN(weight) ? words.matrix.unequal : valueOf(weight)}</strong
          >${name ? html`<span class="name">${fullName(name, head, source, query, key)} = ${exact(weight)}</span>` : ''}`
  }`
}

/** The name of one number in the trace; a mean, or what is of all layers, has no head. */
function fullName(name: string, { head }: HeadRef, { headCount }: PatternSource, query: number, key: number): string {
  const isOfHead = name.includes('.')
  return `${name}[${isOfHead ? `${head < headCount ? head : words.matrix.mean}, ` : ''}${query}, ${key}]`
}

export function spokenWeight({ token }: Selection, subject: Subject | undefined): string {
  if (!subject || token?.query === undefined || token.key === undefined) return ''
  const { source, head, valueOf } = subject
  const { query, key } = token
  const weight = weightAt(source, head, query, key)
  const from = layoutOf(source) === 'pooled' ? words.matrix.learnedQuery : spokenToken(source.queryTokens, query)
  return words.matrix.weight(
    from,
    spokenToken(source.tokens, key),
    weight === undefined ? words.matrix.hidden : Number.isNaN(weight) ? words.matrix.unequal : valueOf(weight)
  )
}
