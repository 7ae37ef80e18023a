/** The styles of `<attn-translate>` beyond those of all controls. */
import { css } from 'lit'

export const translateStyles = css`
  .result {
    display: block;
    /* Keeps the place of one line, so that the layout does not move later. */
    min-block-size: 32px;
    font-size: 1.375rem;
    line-height: 32px;
    overflow-wrap: anywhere;
  }
  .result small {
    font-size: 0.8125rem;
  }
  attn-heads {
    margin-block-start: 8px;
  }
`
