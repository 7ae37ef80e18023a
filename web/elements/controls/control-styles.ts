/** The styles of the elements with a model and its controls. */
import { css } from 'lit'

export const controlStyles = css`
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }
  textarea,
  input,
  select {
    inline-size: 100%;
    padding: 8px 12px;
    border: 1px solid var(--_rule);
    border-radius: 4px;
    background: transparent;
    color: inherit;
    font: inherit;
  }
  textarea {
    display: block;
    resize: none;
    field-sizing: content;
    min-block-size: 44px;
    max-block-size: 132px;
    font-size: 1.125rem;
    line-height: 26px;
  }
  textarea:hover,
  input:hover,
  select:hover {
    border-color: var(--_muted);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
  .examples {
    gap: 0 16px;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .examples button {
    min-block-size: 24px;
    padding: 0;
    border: 0;
    color: var(--_accent);
    text-align: start;
  }
  .examples button:hover {
    text-decoration: underline;
  }
  .actions button {
    min-inline-size: 80px;
  }
  .actions .primary {
    min-inline-size: 104px;
  }
  .setting {
    display: flex;
    align-items: center;
    gap: 8px;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .setting output {
    min-inline-size: 3ch;
    color: var(--_ink);
  }
  .setting input,
  .setting select {
    min-block-size: 32px;
    padding: 4px 8px;
    color: var(--_ink);
  }
  .setting input[type='range'] {
    inline-size: 96px;
    padding: 0;
    border: 0;
    accent-color: var(--_accent);
  }
  .setting input[type='number'] {
    inline-size: 88px;
  }
  .setting select {
    inline-size: auto;
  }
  .status {
    justify-content: space-between;
    gap: 0 24px;
    min-block-size: 20px;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  /* Time and memory: one small line at the end. */
  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: 0 16px;
    min-block-size: 16px;
    margin: 0;
    color: var(--_muted);
    font-size: 0.75rem;
    line-height: 16px;
  }
  .figures b {
    font-weight: 400;
  }
  .text {
    padding: 12px 0;
    font-size: 1.125rem;
    line-height: 32px;
  }
  .text .given {
    color: var(--_muted);
  }
  .text .in-hand {
    border-radius: 3px;
    outline: 1.5px solid var(--_ink);
  }
  .more {
    display: none;
  }
  .message {
    padding: 4px 0;
  }
  /* A text that the model was not made for; its answer stays, but quiet. */
  .outside {
    max-inline-size: 68ch;
    margin: 4px 0;
    padding-inline-start: 12px;
    border-inline-start: 3px solid var(--_muted);
  }
  .quiet {
    color: var(--_muted);
  }
  @media (pointer: coarse) {
    .setting input,
    .setting select {
      min-block-size: 44px;
    }
    .examples button {
      min-inline-size: 0;
      min-block-size: 44px;
    }
  }
  /* On a phone, only the prompt and one button are always visible. */
  @media (max-width: 640px) {
    .more {
      display: block;
    }
    form:not(.open) .foldable {
      display: none;
    }
    /* Only an open sheet has room for figures. */
    form:not(.open) .figures {
      display: none;
    }
    /* The views above a closed sheet show the result. A screen reader still hears it. */
    :host([controls-only]) form:not(.open) :is(.status, [part='result']) {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      min-block-size: 0;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .actions {
      flex: 1 1 100%;
      flex-wrap: nowrap;
      gap: 8px;
    }
    .actions button {
      flex: 1 1 auto;
      min-inline-size: 44px;
      padding-inline: 4px;
    }
    .actions .primary {
      flex-grow: 2;
      min-inline-size: 72px;
    }
    /* One line; the next line begins below the box. */
    form:not(.open) textarea {
      max-block-size: 44px;
      padding-block: 0;
      line-height: 42px;
    }
  }
  @media print {
    form {
      display: none;
    }
  }
`
