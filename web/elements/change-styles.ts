/** The styles of `<attn-change>` beyond those of all controls. */
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
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 24px 48px;
    align-items: start;
    margin-block-start: 16px;
  }
  .outcome {
    display: grid;
    gap: 16px;
    order: -1;
  }
  .texts,
  .pair {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px 32px;
  }
  .make {
    margin-block-start: 12px;
  }
  .setting.wide {
    flex: 1 1 100%;
  }
  .setting.wide input {
    flex: 1 1 auto;
    inline-size: auto;
    min-inline-size: 0;
  }
  .setting select {
    max-inline-size: 200px;
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
      grid-template-columns: 440px minmax(0, 1fr);
    }
    .texts,
    .pair {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
`
