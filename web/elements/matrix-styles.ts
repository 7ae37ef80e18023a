/** The styles of `<attn-matrix>`. */
import { css } from 'lit'

export const matrixStyles = css`
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 12px;
    min-block-size: 32px;
  }
  h3 {
    margin: 0;
    font-size: 0.875rem;
    font-weight: 600;
  }
  code {
    flex: 1 1 auto;
    color: var(--_muted);
    font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace;
    font-size: 0.75rem;
  }
  .zoom {
    display: flex;
    gap: 4px;
  }
  .zoom button {
    min-block-size: 28px;
    min-inline-size: 28px;
    padding: 0 8px;
    line-height: 26px;
  }
  /* Where the picture will be, so that nothing moves when it comes. */
  .empty {
    aspect-ratio: 1;
    margin: 96px 0 0 64px;
  }
  .plot {
    position: relative;
    aspect-ratio: 1;
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
  @media (pointer: coarse) {
    .zoom button {
      min-block-size: 44px;
      min-inline-size: 44px;
    }
  }
  @media (max-width: 480px) {
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
