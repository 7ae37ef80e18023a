/** The texts about the current weight: in the matrix's tooltip, and for a screen reader. */
import { html, type TemplateResult } from 'lit'
import type { PatternSource } from 'attenscope'
import { exact } from '../../parts/format.js'
import { layoutOf, visibleKeys, weightAt } from '../../base/layout.js'
import type { Subject } from './matrix-subject.js'
import { MARGIN } from './matrix-labels.js'
import type { MatrixView } from './matrix-view.js'
import type { HeadRef, TokenRef } from '../../base/refs.js'
import type { Selection } from '../../base/selection.js'
import { namedHead } from '../../sources/head-names.js'
import { tokenLabel } from '../../parts/token-label.js'
import { spokenToken } from '../../parts/token-text.js'
import * as words from '../../words/index.js'

const TIP_GAP = 12

/** Places the tooltip beside the current cell, on the side that has room; hides it while the cell is out of sight. */
export function placeTip(tip: HTMLElement, view: MatrixView, token: Required<TokenRef>, room: number): void {
  const { cell, width, height } = view
  const [x0, y0] = [view.x(token.key), view.y(token.query)]
  tip.style.visibility = x0 + cell > 0 && y0 + cell > 0 && x0 < width && y0 < height ? '' : 'hidden'
  const right = Math.min(width, x0 + cell) + MARGIN
  const bottom = Math.min(height, y0 + cell) + MARGIN
  const [farRight, farBottom] = [right + TIP_GAP + tip.offsetWidth, bottom + TIP_GAP + tip.offsetHeight]
  const x = farRight <= room ? right + TIP_GAP : right - cell - TIP_GAP - tip.offsetWidth
  const y = farBottom <= height + MARGIN ? bottom + TIP_GAP : bottom - cell - TIP_GAP - tip.offsetHeight
  // Through the CSSOM, because a strict Content-Security-Policy refuses style attributes.
  tip.style.transform = `translate(${Math.round(Math.max(0, x))}px, ${Math.round(Math.max(0, y))}px)`
}

export function tipContent(selection: Selection, subject: Subject | undefined): TemplateResult | undefined {
  const { token } = selection
  if (!subject || token?.query === undefined || token.key === undefined) return undefined
  const { source, head, valueOf, name } = subject
  const earned = name.includes('.') ? namedHead(selection, head) : undefined
  const { query, key } = token
  const weight = weightAt(source, head, query, key)
  const from = layoutOf(source) === 'pooled' ? words.matrix.learnedQuery : tokenLabel(source.queryTokens, query)
  return html`${from} → ${tokenLabel(source.tokens, key)}
  ${
    weight === undefined
      ? html`<strong>${words.matrix.hidden}</strong
          >${isLater(source, token) ? words.matrix.whyHidden : words.matrix.masked}`
      : html`<strong>${Number.isNaN(weight) ? words.matrix.unequal : valueOf(weight)}</strong
          >${earned ? html`<span class="name">${words.names.earned[earned.name]}</span>` : ''}
          ${name ? html`<span class="name">${fullName(name, head, source, query, key)} = ${exact(weight)}</span>` : ''}`
  }`
}

/** True if the key is hidden because it comes after the query. */
function isLater(source: Subject['source'], { query = 0, key = 0 }: TokenRef): boolean {
  return key >= visibleKeys(source, query)
}

/** The name of one number in the trace. A mean has no head, nor has a stage of all layers. */
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
