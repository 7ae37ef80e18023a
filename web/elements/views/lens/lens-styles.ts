/** The styles of `<attn-lens>`. */
import { css } from 'lit'

export const lensStyles = css`
  .lens td,
  .lens thead th,
  .lens tfoot th {
    min-inline-size: 56px;
    padding: 4px 6px;
    text-align: center;
  }
  .lens th[scope='row'],
  .lens thead th:first-child {
    position: sticky;
    inset-inline-start: 0;
    z-index: 1;
    background: var(--_paper);
  }
  .lens td {
    position: relative;
    border: 1px solid var(--_rule);
    cursor: pointer;
  }
  .lens .tint {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    pointer-events: none;
  }
  .lens .tint rect {
    fill: var(--_accent);
    print-color-adjust: exact;
  }
  .lens td > bdi {
    position: relative;
  }
  /* Faint text would be illegible on a tint. */
  .lens td .mark {
    color: inherit;
  }
  .lens .column {
    color: var(--_ink);
    font-weight: 600;
  }
  .lens td.in-hand {
    box-shadow: inset 0 0 0 2px var(--_ink);
  }
  .guesses {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin: 4px 0;
    padding: 0;
    list-style: none;
  }
  .guesses button[aria-pressed='true'] {
    border-color: var(--_ink);
  }
  .guesses span {
    color: var(--_muted);
  }
  @media print {
    /* Print shows all columns: columns out of sight would be cut off. */
    .scroll {
      container-type: inline-size;
      overflow: visible;
    }
    .lens {
      table-layout: fixed;
      font-size: clamp(3px, calc(100cqi / var(--_columns) / 3.5), 0.75rem);
      line-height: 1.6;
    }
    .lens td,
    .lens thead th,
    .lens tfoot th {
      min-inline-size: 0;
      padding: 1px;
      overflow: hidden;
      font-size: inherit;
    }
    .lens th[scope='row'] {
      position: static;
      font-size: inherit;
    }
  }
  @media (pointer: coarse) {
    .lens td {
      block-size: 44px;
    }
  }
`
