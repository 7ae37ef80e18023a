/** The styles of `<attn-next>`. */
import { css } from 'lit'

export const nextStyles = css`
  :host {
    display: flow-root;
  }
  .empty {
    min-block-size: 304px;
  }
  ol {
    display: grid;
    grid-template-columns: auto minmax(0, auto) minmax(48px, 1fr) 7ch;
    gap: 0 8px;
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: 0.875rem;
  }
  li {
    display: grid;
    grid-column: 1 / -1;
    grid-template-columns: subgrid;
    align-items: center;
    block-size: 22px;
    line-height: 22px;
  }
  /* The word that is written: below the others, if it is not among them. */
  li:last-child {
    margin-block-start: 4px;
  }
  .rank {
    min-inline-size: 2ch;
    color: var(--_muted);
    font-size: 0.75rem;
    text-align: end;
  }
  .label {
    min-inline-size: 8ch;
    max-inline-size: 12ch;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .number {
    text-align: end;
  }
  .bar {
    display: block;
    inline-size: 100%;
    block-size: 10px;
    border-radius: 2px;
    background: color-mix(in srgb, var(--_rule) 50%, transparent);
  }
  .bar rect {
    fill: var(--_scale-middle);
    transition: width 150ms;
    print-color-adjust: exact;
  }
  .written {
    font-weight: 600;
  }
  .written .bar rect {
    fill: var(--_accent);
  }
  .out {
    color: var(--_muted);
  }
  .caption,
  .note {
    min-block-size: 20px;
    margin: 0 0 4px;
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 20px;
  }
  .note {
    margin: 4px 0 0;
  }
  .mark {
    color: var(--_muted);
    font-size: 0.85em;
  }
  @media (prefers-reduced-motion: reduce) {
    .bar rect {
      transition: none;
    }
  }
`
