/** The styles of `<attn-grid>`. */
import { css } from 'lit'

export const gridStyles = css`
  /* Keeps the picture's place, so that the layout does not move later; flow-root keeps the margins inside the element. */
  :host {
    display: flow-root;
  }
  .empty {
    aspect-ratio: 1;
    margin: 22px 2px 2px 26px;
  }
  .choices {
    flex-wrap: wrap;
    margin: 0 0 4px 16px;
    font-size: 0.75rem;
  }
  .frame {
    /* Thumbnails stay small if a model has few heads. */
    max-inline-size: calc(24px + var(--_heads) * 120px);
    display: grid;
    grid-template-columns: 24px minmax(0, 1fr);
    grid-template-rows: 20px auto;
    color: var(--_muted);
    font-size: 0.75rem;
    line-height: 16px;
  }
  .corner,
  .columns,
  .rows {
    display: grid;
  }
  .columns {
    grid-template-columns: repeat(var(--_heads), minmax(0, 1fr));
    text-align: center;
  }
  .rows {
    grid-template-rows: repeat(var(--_layers), minmax(0, 1fr));
    align-items: center;
  }
  .cells {
    position: relative;
    aspect-ratio: calc(var(--_heads) * var(--_shape)) / var(--_layers);
  }
  canvas {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  [role='grid'] {
    position: absolute;
    inset: 0;
    display: grid;
    grid-template-rows: repeat(var(--_layers), minmax(0, 1fr));
  }
  [role='row'] {
    display: grid;
    grid-template-columns: repeat(var(--_heads), minmax(0, 1fr));
  }
  [role='gridcell'] {
    border-radius: 2px;
    outline-offset: -2px;
    cursor: pointer;
  }
  /* A head with a name: the dot is in the corner where a decoder has no weights. */
  .named {
    background: radial-gradient(circle at calc(100% - 6px) 6px, var(--_accent) 2px, transparent 2.5px);
  }
  .caption {
    min-block-size: 40px;
    margin: 4px 0 0;
    color: var(--_muted);
    font-size: 0.75rem;
    line-height: 20px;
  }
  .legend {
    margin: 8px 0 0 24px;
  }
  .note {
    max-inline-size: 68ch;
    margin: 0;
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 20px;
  }
  .in-hand {
    color: var(--_ink);
    font-weight: 600;
  }
`
