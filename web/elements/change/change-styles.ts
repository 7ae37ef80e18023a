/** The styles of `<attn-change>`, beside the styles of all controls. */
import { css } from 'lit'

export const changeStyles = css`
  :host {
    container-type: inline-size;
  }
  h3,
  h4 {
    margin: 0;
    font-size: 0.875rem;
    font-weight: 600;
    line-height: 32px;
  }
  h4 {
    color: var(--_muted);
    font-weight: 400;
  }
  /* What follows stands below it, not above: all of the text is seen. */
  @media (max-width: 640px) {
    form:not(.open) textarea {
      max-block-size: 132px;
    }
    /* The longest status has three lines, and the time one: a shorter status moves nothing. */
    .status {
      align-content: start;
      min-block-size: 80px;
    }
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 24px 48px;
    align-items: start;
    margin-block-start: 16px;
  }
  .outcome {
    display: grid;
    gap: 24px;
    order: -1;
  }
  .texts,
  .pair {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px 32px;
  }
  .outcome section > h3:not(:first-child) {
    margin-block-start: 16px;
  }
  progress {
    inline-size: 120px;
    accent-color: var(--_accent);
  }
  @container (min-width: 900px) {
    .columns {
      grid-template-columns: minmax(0, 1fr) 400px;
    }
    .inside {
      grid-template-columns: 344px minmax(0, 1fr);
    }
    .texts,
    .pair {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
  /* On paper the edits and the results count; nothing can be pressed. */
  @media print {
    .go,
    .fields,
    .make,
    .edits button,
    .edits .row {
      display: none;
    }
  }
`
