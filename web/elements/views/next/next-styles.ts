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
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: 0.875rem;
  }
  li {
    /* Every size is fixed, so that no row moves while the words change. */
    display: grid;
    grid-template-columns: 2ch 9ch minmax(32px, 1fr) 7.5ch;
    gap: 0 8px;
    align-items: center;
    block-size: 23px;
    overflow: hidden;
    line-height: 23px;
  }
  /* The word that is written: below the others, if it is not among them. */
  li:last-child {
    margin-block-start: 4px;
  }
  .rank {
    color: var(--_muted);
    font-size: 0.75rem;
    text-align: end;
  }
  .label {
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
  .written > .label,
  .written > .number {
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
    block-size: 20px;
    overflow: hidden;
    white-space: nowrap;
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
