/** A token as HTML: as a label, and as a part of running text. */
import type { PatternSource, Token } from 'attenscope'
import { css, html, type TemplateResult } from 'lit'
import { followsGap, labelParts, labelText, partMark, partOfCharacter } from './token-text.js'
import * as words from '../words/index.js'

/** A label of one line, its white space fainter than its text; within a sentence it may run the other way. */
export function tokenLabel(tokens: readonly Token[], index: number): TemplateResult {
  return html`<bdi
    >${labelParts(tokens, index).map((part) => (part.mark ? html`<span class="mark">${part.text}</span>` : part.text))}</bdi
  >`
}

/** The label of a query, or words for a query that is learnt and has no token. */
export function queryLabel({ queryTokens }: PatternSource, query: number): TemplateResult | string {
  return queryTokens.length > 0 ? tokenLabel(queryTokens, query) : words.matrix.learnedQuery
}

/** The text as it wraps, a character that several tokens share standing once: a space stays a space, with a dot upon it; a line end is an arrow and one new line. */
export function runningToken(tokens: readonly Token[], index: number): TemplateResult {
  const token = tokens[index]
  const part = partOfCharacter(tokens, index)
  if (!token || token.special || token.text === '')
    return html`<span class="word mark whole">${labelText(tokens, index)}</span>`
  if (part > 1) return html`<span class="word mark">${partMark(part)}</span>`
  const lead = /^ */.exec(token.text)?.[0] ?? ''
  const rest = token.text.slice(lead.length)
  const spaces = [
    // Of no token, so it has no dot and is never marked.
    ...(followsGap(tokens, index) ? [' '] : []),
    ...Array.from(lead, () => html`<span class="space"> </span>`)
  ]
  if (rest === '') return html`<span class="word">${spaces}</span>`
  // Each run of line ends shows an arrow and breaks the line once; a break at the end stays outside the measured word.
  const parts = rest.split(/(\n+)/).filter((part) => part !== '')
  const arrow = (part: string) => html`<span class="mark">${'↵'.repeat(part.length)}</span>`
  const pieces = parts.map((part, at) =>
    part.startsWith('\n') ? html`${arrow(part)}${at < parts.length - 1 ? '\n' : ''}` : part
  )
  return html`${spaces}<span class="word">${pieces}</span>${rest.endsWith('\n') ? '\n' : ''}`
}

/** The styles that running text needs; `.token` holds one runningToken. */
export const runningTextStyles = css`
  .token {
    white-space: pre-wrap;
    cursor: pointer;
  }
  .whole {
    white-space: nowrap;
  }
  /* A background, not a positioned character: of these a long text would have a thousand layers to paint and to point through. */
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
  /* A word like the others to look at: where it is tinted it has to be read. */
  .word.mark {
    color: inherit;
  }
`
