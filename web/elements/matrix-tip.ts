/** What the matrix says of the weight in hand: in its tooltip, and to a screen reader. */
import { html, type TemplateResult } from 'lit'
import { exact, percent } from './format.js'
import { layoutOf, weightAt } from './layout.js'
import type { Selection } from './selection.js'
import { tokenLabel } from './token-label.js'
import { spokenToken } from './token-text.js'
import { words } from './words.js'

export function tipContent(selection: Selection): TemplateResult | undefined {
  const { source, head, token } = selection
  if (!source || token?.query === undefined || token.key === undefined) return undefined
  const { query, key } = token
  const weight = weightAt(source, head, query, key)
  const from = layoutOf(source) === 'pooled' ? words.matrix.learnedQuery : tokenLabel(source.queryTokens, query)
  return html`${from} → ${tokenLabel(source.tokens, key)}
  ${
    weight === undefined
      ? html`<strong>${words.matrix.hidden}</strong>${words.matrix.whyHidden}`
      : html`<strong>${percent(weight)}</strong
          ><span class="name"
            >${selection.patternName(head.layer)}[${head.head}, ${query}, ${key}] = ${exact(weight)}</span
          >`
  }`
}

export function spokenWeight({ source, head, token }: Selection): string {
  if (!source || token?.query === undefined || token.key === undefined) return ''
  const { query, key } = token
  const weight = weightAt(source, head, query, key)
  const from = layoutOf(source) === 'pooled' ? words.matrix.learnedQuery : spokenToken(source.queryTokens, query)
  return words.matrix.weight(
    from,
    spokenToken(source.tokens, key),
    weight === undefined ? words.matrix.hidden : percent(weight)
  )
}
