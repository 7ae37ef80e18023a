/** A token as HTML: as a label, and as a part of running text. */
import type { Token } from 'attenscope'
import { css, html, type TemplateResult } from 'lit'
import { labelParts, labelText } from './token-text.js'

/** A label of one line, its white space fainter than its text. */
export function tokenLabel(token: Token, index: number): TemplateResult {
  return html`<span
    >${labelParts(token, index).map((part) => (part.mark ? html`<span class="mark">${part.text}</span>` : part.text))}</span
  >`
}

/** The text as it wraps: a space stays a space, with a dot upon it; a line end is an arrow and one new line. */
export function runningToken(token: Token, index: number): TemplateResult {
  if (token.special) return html`<span class="word mark">${labelText(token, index)}</span>`
  const lead = /^ */.exec(token.text)?.[0] ?? ''
  const rest = token.text.slice(lead.length)
  const spaces = Array.from(lead, () => html`<span class="space"> </span>`)
  if (rest === '') return html`<span class="word">${token.text === '' ? labelText(token, index) : spaces}</span>`
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
  .space {
    position: relative;
  }
  .space::before {
    content: '·';
    position: absolute;
    inset-inline: 0;
    text-align: center;
    color: var(--_muted);
    opacity: 0.55;
  }
  .mark {
    color: var(--_muted);
    font-size: 0.75em;
  }
`
