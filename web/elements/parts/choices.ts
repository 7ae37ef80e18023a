/** A switch of a few words side by side, of which one is chosen. */
import { css, html, type TemplateResult } from 'lit'
import { moveAmongButtons, tabStop } from './roving.js'

export const choiceStyles = css`
  .choices {
    display: flex;
    border: 0;
    margin: 0;
    padding: 0;
    flex-wrap: wrap;
    gap: 4px;
  }
  .choices button {
    min-block-size: 24px;
    padding: 0 8px;
    border-color: transparent;
    line-height: 22px;
    white-space: nowrap;
    color: var(--_muted);
  }
  .choices button[aria-pressed='true'] {
    border-color: var(--_rule);
    color: var(--_ink);
  }
  @media (pointer: coarse) {
    .choices button {
      min-block-size: 44px;
    }
  }
  @media print {
    .choices {
      display: none;
    }
  }
`

export interface Choices<T extends string> {
  /** The name of the choice, for a screen reader. */
  readonly label: string
  readonly options: readonly T[]
  readonly chosen: T | undefined
  readonly choose: (option: T) => void
  /** The label of an option's button, and a sentence about the option. Default: the option itself. */
  readonly nameOf?: (option: T) => string
  readonly titleOf?: (option: T) => string
}

export function choices<T extends string>({
  label,
  options,
  chosen,
  choose,
  nameOf,
  titleOf
}: Choices<T>): TemplateResult {
  const current = options.findIndex((option) => option === chosen)
  return html`<div class="choices" role="group" aria-label=${label} @keydown=${moveAmongButtons}>
    ${options.map(
      (option, at) =>
        html`<button
          type="button"
          tabindex=${tabStop(at, current)}
          title=${titleOf?.(option) ?? ''}
          aria-pressed=${option === chosen ? 'true' : 'false'}
          @click=${() => choose(option)}
        >
          ${nameOf?.(option) ?? option}
        </button>`
    )}
  </div>`
}
