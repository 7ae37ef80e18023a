/** A token as HTML: as a label, and as a part of running text. */
import type { PatternSource, Token } from 'attenscope'
import { css, html, type TemplateResult } from 'lit'
import { followsGap, labelParts, labelText, partMark, partOfCharacter } from './token-text.js'
import * as words from '../words/index.js'

/** A label in one line, its marks of white space fainter than its text. In a sentence it keeps its own direction. */
export function tokenLabel(tokens: readonly Token[], index: number): TemplateResult {
  return html`<bdi
    >${labelParts(tokens, index).map((part) => (part.mark ? html`<span class="mark">${part.text}</span>` : part.text))}</bdi
  >`
}

/** The label of a query; words for a learnt query, which has no token. */
export function queryLabel({ queryTokens }: PatternSource, query: number): TemplateResult | string {
  return queryTokens.length > 0 ? tokenLabel(queryTokens, query) : words.matrix.learnedQuery
}

/**
 * A token as running text. A space has a faint dot, a line end is an arrow and one new line, and a character that
 * several tokens share is shown once.
 */
export function runningToken(tokens: readonly Token[], index: number): TemplateResult {
  const token = tokens[index]
  const part = partOfCharacter(tokens, index)
  if (!token || token.special || token.text === '')
    return html`<span class="word mark whole">${labelText(tokens, index)}</span>`
  if (part > 1) return html`<span class="word mark">${partMark(part)}</span>`
  const lead = /^ */.exec(token.text)?.[0] ?? ''
  const rest = token.text.slice(lead.length)
  const spaces = [
    // A space that belongs to no token has no dot and is never marked.
    ...(followsGap(tokens, index) ? [' '] : []),
    ...Array.from(lead, () => html`<span class="space"> </span>`)
  ]
  if (rest === '') return html`<span class="word">${spaces}</span>`
  // Each run of line ends shows an arrow and breaks the line once. A break at the end stays outside the measured word.
  const parts = rest.split(/(\n+)/).filter((part) => part !== '')
  const arrow = (part: string) => html`<span class="mark">${'↵'.repeat(part.length)}</span>`
  const pieces = parts.map((part, at) =>
    part.startsWith('\n') ? html`${arrow(part)}${at < parts.length - 1 ? '\n' : ''}` : part
  )
  return html`${spaces}<span class="word">${pieces}</span>${rest.endsWith('\n') ? '\n' : ''}`
}

/** The styles of running text; an element with class `token` has one runningToken. */
export const runningTextStyles = css`
  .token {
    white-space: pre-wrap;
    cursor: pointer;
  }
  .whole {
    white-space: nowrap;
  }
  /* A background, because a positioned character for each space would give a long text a thousand layers. */
  .space {
    background: radial-gradient(
      circle at 50% 57%,
      color-mix(in srgb, var(--_muted) 55%, transparent) 0.06em,
      transparent 0.09em
    );
    print-color-adjust: exact;
  }
  .mark {
    color: var(--_muted);
    font-size: 0.75em;
  }
  /* In the colour of other words, because faint text is illegible on a tint. */
  .word.mark {
    color: inherit;
  }
`
