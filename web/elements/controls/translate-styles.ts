/** The styles of `<attn-translate>` beyond those of all controls. */
import { css } from 'lit'

export const translateStyles = css`
  .result {
    display: block;
    /* Room for one line, so that nothing moves when it comes. */
    min-block-size: 32px;
    font-size: 1.375rem;
    line-height: 32px;
    overflow-wrap: anywhere;
  }
  attn-heads {
    margin-block-start: 8px;
  }
`
