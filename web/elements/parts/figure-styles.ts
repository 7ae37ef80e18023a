/** The styles of views that consist of words and numbers: a title, a table, a legend of names, a note. */
import { css } from 'lit'

export const figureStyles = css`
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 12px;
    margin-block-end: 8px;
  }
  h3,
  h4 {
    margin: 0;
    font-size: 0.875rem;
    font-weight: 600;
    line-height: 32px;
  }
  h4,
  h3.lesser {
    font-size: 0.8125rem;
    line-height: 28px;
  }
  .empty {
    min-block-size: 120px;
  }
  .note,
  .walk {
    max-inline-size: 68ch;
    margin: 8px 0 0;
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 20px;
  }
  .note b,
  .walk b {
    color: var(--_ink);
    font-weight: 600;
  }
  /* A shadow at the side where more of a table can be scrolled to: the paper over it moves with the table. */
  .scroll {
    background:
      linear-gradient(to right, var(--_paper) 50%, transparent) left / 40px 100% local,
      linear-gradient(to left, var(--_paper) 50%, transparent) right / 40px 100% local,
      linear-gradient(to right, color-mix(in srgb, var(--_ink) 28%, transparent), transparent) left / 14px 100% scroll,
      linear-gradient(to left, color-mix(in srgb, var(--_ink) 28%, transparent), transparent) right / 14px 100% scroll;
    background-repeat: no-repeat;
    overflow-x: auto;
    overscroll-behavior-x: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_rule) transparent;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.8125rem;
    line-height: 20px;
  }
  th {
    padding: 0 8px 4px 0;
    color: var(--_muted);
    font-size: 0.75rem;
    font-weight: 400;
    text-align: start;
    vertical-align: bottom;
    white-space: nowrap;
  }
  td {
    padding: 2px 8px 2px 0;
    white-space: nowrap;
  }
  th.number,
  td.number {
    text-align: end;
  }
  tbody tr[data-key] {
    cursor: pointer;
    outline-offset: -2px;
  }
  tbody tr.in-hand {
    box-shadow: inset 0 0 0 1.5px var(--_ink);
  }
  tfoot td {
    border-block-start: 1px solid var(--_rule);
    padding-block-start: 4px;
  }
  @media print {
    .scroll {
      background: none;
    }
  }
  .names {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    color: var(--_muted);
    font-size: 0.75rem;
  }
  .bar {
    display: block;
    inline-size: 100%;
    min-inline-size: 48px;
    block-size: 14px;
  }
  .bar rect {
    fill: var(--_scale-middle);
    print-color-adjust: exact;
  }
  .mark {
    color: var(--_muted);
    font-size: 0.85em;
  }
  @media (pointer: coarse) {
    tbody tr[data-key] td {
      padding-block: 12px;
    }
  }
`
