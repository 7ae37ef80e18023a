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
  .note {
    max-inline-size: 68ch;
    margin: 4px 0;
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 20px;
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
  .edit-list {
    display: grid;
    gap: 4px;
    margin: 0 0 8px;
    padding: 0;
    list-style: none;
  }
  .edit-list li {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    align-items: center;
    justify-content: space-between;
    padding-block: 4px;
    border-block-end: 1px solid var(--_rule);
  }
  .edit-list label {
    display: flex;
    flex: 1 1 200px;
    gap: 8px;
    align-items: baseline;
    overflow-wrap: anywhere;
  }
  .edit-list .off span {
    color: var(--_muted);
    text-decoration: line-through;
  }
  .tools {
    display: flex;
    gap: 4px;
  }
  .tools button {
    min-inline-size: 32px;
    padding: 0;
  }
  input[type='checkbox'] {
    inline-size: auto;
    min-block-size: 0;
    accent-color: var(--_accent);
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
  @media (pointer: coarse) {
    .tools button {
      min-inline-size: 44px;
    }
    input[type='checkbox'] {
      inline-size: 24px;
      block-size: 24px;
    }
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
