/** The styles of `<attn-matrix>`. */
import { css } from 'lit'
import { LARGEST_CELL } from './matrix-view.js'

export const matrixStyles = css`
  /* The margin above the matrix belongs to the element before the matrix is drawn. */
  :host {
    display: flow-root;
  }
  header {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: 0 12px;
  }
  h3 {
    margin: 0;
    font-size: 0.875rem;
    font-weight: 600;
    line-height: 32px;
  }
  .stages .choices {
    gap: 0 2px;
    margin-block-end: 4px;
    font-size: 0.75rem;
  }
  code {
    grid-row: 2;
    margin-block-start: -6px;
    color: var(--_muted);
    font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace;
    font-size: 0.75rem;
    line-height: 16px;
    /* A matrix without a name keeps the line of the name, so that matrices side by side stand level. */
    min-block-size: 16px;
    overflow-wrap: anywhere;
  }
  .zoom {
    grid-area: 1 / 2 / 3;
    display: flex;
    gap: 4px;
  }
  .zoom button {
    min-block-size: 28px;
    min-inline-size: 28px;
    padding: 0 8px;
    line-height: 26px;
  }
  /* Keeps the picture's place, so that the layout does not move later. */
  .empty {
    aspect-ratio: 1;
    margin: 96px 0 0 64px;
  }
  /*
   * As high as its rows, but not higher than wide; MatrixView limits the size of a cell. The padding follows the width:
   * a
   * container query would make the canvas force a layout each time it writes a word.
   */
  .plot {
    position: relative;
    padding-block-end: min(100%, 65px + var(--_rows) * min(${LARGEST_CELL}px, (100% - 65px) / var(--_columns)));
    touch-action: pan-x pan-y;
    cursor: crosshair;
    outline-offset: 0;
  }
  .plot.zoomed {
    touch-action: none;
  }
  canvas {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  .tip {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 0;
    z-index: 1;
    max-inline-size: 240px;
    padding: 8px 12px;
    border: 1px solid var(--_ink);
    border-radius: 4px;
    background: var(--_paper);
    font-size: 0.75rem;
    line-height: 16px;
    pointer-events: none;
  }
  .tip[hidden] {
    display: none;
  }
  .tip strong {
    display: block;
    font-size: 1rem;
    line-height: 24px;
  }
  .tip .name {
    display: block;
    color: var(--_muted);
    overflow-wrap: anywhere;
  }
  .mark {
    color: var(--_muted);
  }
  .legend {
    margin-block-start: 12px;
    padding-inline-start: 64px;
  }
  /* Two lines, so that a stage with a longer sentence moves nothing. */
  .note {
    min-block-size: 40px;
    max-inline-size: 68ch;
    margin: 8px 0 0;
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 20px;
  }
  @media (pointer: coarse) {
    .zoom button {
      min-block-size: 44px;
      min-inline-size: 44px;
    }
  }
  @media (max-width: 480px) {
    code {
      font-size: 0.6875rem;
    }
    .legend {
      padding-inline-start: 0;
    }
  }
  @media print {
    .zoom {
      display: none;
    }
  }
`
