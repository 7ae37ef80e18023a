/** The styles of `<attn-heads>`. */
import { css } from 'lit'
import { PAPER_WIDTH } from '../../canvas/paper-picture.js'

export const headsStyles = css`
  /* If a page leaves room for a text that comes later, the caption and menu stand at the end of that room. */
  :host {
    display: flex;
    flex-direction: column;
  }
  .frame {
    flex: 1 0 auto;
  }
  .empty {
    min-block-size: 160px;
    border-color: transparent;
    padding-inline: 4px;
  }
  .frame {
    position: relative;
  }
  canvas {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    pointer-events: none;
  }
  .text {
    position: relative;
    max-block-size: var(--attn-heads-max-height, none);
    overflow: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_rule) transparent;
    padding: 16px 4px 8px;
    font-size: var(--attn-heads-font-size, 1.125rem);
    line-height: 46px;
    overflow-wrap: break-word;
    outline-offset: 0;
  }
  /* The source, and below it the target, with room for the lines. */
  .two {
    font-size: var(--attn-heads-font-size, 1.25rem);
  }
  .two .query {
    margin-block-start: 64px;
    min-block-size: 46px;
  }
  .block .token {
    margin-inline-end: 3px;
  }
  .spelt .token {
    margin: 0;
    padding-inline: 4px;
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 4px 24px;
    padding: 4px;
    color: var(--_muted);
    font-size: 0.75rem;
    line-height: 16px;
  }
  .caption {
    flex: 1 1 320px;
    min-block-size: 32px;
    max-inline-size: 68ch;
    margin: 0;
    overflow-wrap: anywhere;
  }
  .caption b {
    color: var(--_ink);
    font-weight: 600;
    /* A character of another font, such as the dot of a space, must not make the line taller. */
    line-height: 0;
  }
  .samples {
    display: flex;
    gap: 16px;
  }
  .samples span {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .samples line {
    stroke: var(--_accent);
  }
  .samples rect {
    fill: var(--_accent);
  }
  /* The words wrap as they will in the picture for paper, which is measured before the browser lays the page out. */
  :host([data-paper]) .frame {
    inline-size: ${PAPER_WIDTH}px;
  }
  :host([data-paper]) .text {
    max-block-size: none;
  }
  @media print {
    .text {
      max-block-size: none;
    }
  }
`
