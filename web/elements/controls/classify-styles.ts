/** The styles of `<attn-classify>` beyond those of all controls. */
import { css } from 'lit'

export const classifyStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: 16px;
    container-type: inline-size;
  }
  /* The picture first, its controls below it. */
  .picture {
    order: -1;
  }
  .verdict {
    min-block-size: 20px;
    margin: 0;
    color: var(--_muted);
  }
  ul,
  ol {
    display: grid;
    gap: 4px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .labels {
    max-inline-size: 560px;
    padding-block: 8px;
  }
  .labels li,
  .ranked button {
    display: grid;
    grid-template-columns: 96px minmax(0, 1fr) 64px;
    align-items: center;
    gap: 12px;
    min-block-size: 24px;
  }
  .labels li {
    color: var(--_muted);
  }
  .labels .likeliest {
    color: var(--_ink);
    font-weight: 600;
  }
  .label {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  svg.share {
    inline-size: 100%;
    block-size: 8px;
    border-radius: 2px;
  }
  .share rect {
    fill: var(--_accent);
    transition: width 150ms;
  }
  .share .of {
    fill: var(--_rule);
    fill-opacity: 0.5;
  }
  li:not(.likeliest) > .share rect:not(.of) {
    fill: var(--_muted);
  }
  .number {
    text-align: end;
  }
  attn-heads {
    --attn-heads-font-size: 1.375rem;
  }
  .words {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 24px 48px;
    align-items: start;
    margin-block-start: 8px;
  }
  h3 {
    margin: 0 0 4px;
    font-size: 0.875rem;
    font-weight: 600;
    line-height: 32px;
  }
  .ranked {
    gap: 0;
  }
  .ranked button {
    inline-size: 100%;
    min-block-size: 32px;
    padding: 0 8px;
    margin-inline: -8px;
    border-color: transparent;
    text-align: start;
  }
  .ranked .label {
    text-align: end;
  }
  .mark {
    color: var(--_muted);
    font-size: 0.75em;
  }
  @media (pointer: coarse) {
    .ranked button {
      min-block-size: 44px;
    }
  }
  /* On a phone the controls stay in sight, in a sheet at the bottom. */
  @media (max-width: 640px) {
    form {
      position: sticky;
      inset-block-end: 0;
      z-index: 2;
      padding-block: 12px;
      border-block-start: 1px solid var(--_rule);
      background: var(--_paper);
    }
  }
  @container (min-width: 800px) {
    .words {
      grid-template-columns: minmax(0, 1fr) 420px;
    }
  }
`
