/** The sentence under a text with lines: about the current token, or about how to choose one. */
import { html, type TemplateResult } from 'lit'
import { exact, percent } from '../../parts/format.js'
import { headTitle } from '../../parts/head-title.js'
import { hasRow, keysOf, layoutOf, queriesOf, weightAt, type Weighted } from '../../base/layout.js'
import type { Selection } from '../../base/selection.js'
import { tokenLabel } from '../../parts/token-label.js'
import { labelText } from '../../parts/token-text.js'
import * as words from '../../words/index.js'

const NAMED_TOKENS = 3

export function headsCaption(selection: Selection): TemplateResult | string {
  const { source, head, token } = selection
  if (!source) return ''
  const { layer, head: at } = head
  if (!source.isReady(layer, at)) return words.view.computing
  const layout = layoutOf(source)
  const strongest = (found: readonly Weighted[], tokens: typeof source.tokens) =>
    found
      .slice(0, NAMED_TOKENS)
      .map(
        ({ index, weight }, place) =>
          html`${place > 0 ? ', ' : ''}<b><bdi>${labelText(tokens, index)}</bdi></b> ${percent(weight)}`
      )
  const numbered = (query: number, key: number, weight: number) =>
    `${selection.traceName(layer)}[${at}, ${query}, ${key}] = ${exact(weight)}`

  // A model's only head needs no name.
  const isOnly = source.layers.length * source.headCount === 1
  const within = isOnly ? '' : words.heads.within(headTitle(selection, head))

  if (layout === 'pooled') {
    if (token?.key === undefined) return words.heads.pooled(strongest(keysOf(source, head, 0), source.tokens))
    const weight = weightAt(source, head, 0, token.key) ?? 0
    const key = html`<b>${tokenLabel(source.tokens, token.key)}</b>`
    return words.heads.carries(key, percent(weight), numbered(0, token.key, weight))
  }
  if (token?.query === undefined) {
    if (token?.key === undefined) return words.heads.idle(source.part, isOnly ? undefined : headTitle(selection, head))
    const key = html`<b>${tokenLabel(source.tokens, token.key)}</b>`
    return html`${within}${words.heads.lookedAt(key, strongest(queriesOf(source, head, token.key), source.queryTokens))}`
  }
  const { query, key } = token
  const name = html`<b>${tokenLabel(source.queryTokens, query)}</b>`
  if (!hasRow(source, query)) return words.heads.unread(name)
  if (key === undefined)
    return html`${within}${words.heads.looks(name, strongest(keysOf(source, head, query), source.tokens), source.part)}`
  const weight = weightAt(source, head, query, key)
  if (weight === undefined) return words.heads.cannotSee(name)
  return words.heads.compares(
    name,
    html`<b>${tokenLabel(source.tokens, key)}</b>`,
    percent(weight),
    numbered(query, key, weight),
    source.part
  )
}
