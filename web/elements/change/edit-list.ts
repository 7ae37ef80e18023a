/** The list of edits in words. Each edit can be switched off, moved and removed, and each change can be undone. */
import { AttenscopeError, type Edit } from 'attenscope'
import { css, html, type TemplateResult } from 'lit'
import { change as words } from '../words/change.js'
import type { EditHistory, ListedEdit } from './edit-history.js'
import { adjustable } from './edit-value.js'
import { describeEdit, type EditTokens } from './edit-words.js'

/** A refused edit: its index in the list, and the reason. */
export interface Refusal {
  readonly at: number
  readonly said: string
}

interface EditListOptions {
  readonly tokensOf: (edit: Edit) => EditTokens
  readonly refusal?: Refusal | undefined
  readonly onAct: (act: (history: EditHistory) => void) => void
}

/** The edit that an error refers to. The model's index counts only edits that are switched on. */
export function refusalOf(error: unknown, list: readonly ListedEdit[]): Refusal | undefined {
  if (!(error instanceof AttenscopeError)) return undefined
  const [, index, said] = /^edits\[(\d+)\]\.?(.*)$/s.exec(error.message) ?? []
  if (index === undefined || said === undefined) return undefined
  const at = list.flatMap(({ on }, each) => (on ? [each] : []))[Number(index)]
  return at === undefined ? undefined : { at, said: said.replace(/^[\s:]+/, '') }
}

export function refused({ said }: Refusal): TemplateResult {
  return html`<p class="refused" role="alert">${words.edits.refused(said)}</p>`
}

export function editList(history: EditHistory, { tokensOf, refusal, onAct }: EditListOptions): TemplateResult {
  const { list } = history
  const button = (said: string, sign: string, enabled: boolean, act: (history: EditHistory) => void) =>
    html`<button type="button" title=${said} aria-label=${said} ?disabled=${!enabled} @click=${() => onAct(act)}>
      ${sign}
    </button>`
  const slider = (edit: Edit, at: number, said: string) => {
    const number = adjustable(edit)
    if (!number) return ''
    const { value, min, max, step, to } = number
    return html`<input
      type="range"
      aria-label=${words.edits.value(said)}
      min=${min}
      max=${max}
      step=${step}
      .value=${String(value)}
      @input=${(event: Event) => onAct((each) => each.adjust(at, to(Number((event.target as HTMLInputElement).value))))}
    />`
  }
  const onKey = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'z') return
    const can = event.shiftKey ? history.canRedo : history.canUndo
    if (can) onAct((each) => (event.shiftKey ? each.redo() : each.undo()))
    event.preventDefault()
  }
  return html`<div class="edit-list" @keydown=${onKey}>
    ${
      list.length === 0
        ? html`<p class="note">${words.edits.none}</p>`
        : html`<ol>
            ${list.map(({ edit, on }, at) => {
              const said = describeEdit(edit, tokensOf(edit))
              return html`<li class=${on ? '' : 'off'}>
                <label
                  ><input
                    type="checkbox"
                    aria-label=${words.edits.on(said)}
                    .checked=${on}
                    @change=${() => onAct((each) => each.toggle(at))}
                  /><span>${said}</span></label
                >
                <span class="tools">
                  ${
                    list.length > 1
                      ? [
                          button(words.edits.up, '↑', at > 0, (each) => each.move(at, -1)),
                          button(words.edits.down, '↓', at < list.length - 1, (each) => each.move(at, 1))
                        ]
                      : ''
                  }
                  ${button(words.edits.remove, '×', true, (each) => each.remove(at))}
                </span>
                ${slider(edit, at, said)} ${refusal?.at === at ? refused(refusal) : ''}
              </li>`
            })}
          </ol>`
    }
    <div class="row">
      <button
        type="button"
        title=${words.edits.undoKeys}
        ?disabled=${!history.canUndo}
        @click=${() => onAct((each) => each.undo())}
      >
        ${words.edits.undo}
      </button>
      <button
        type="button"
        title=${words.edits.redoKeys}
        ?disabled=${!history.canRedo}
        @click=${() => onAct((each) => each.redo())}
      >
        ${words.edits.redo}
      </button>
      <button type="button" ?disabled=${!history.canReset} @click=${() => onAct((each) => each.reset())}>
        ${words.edits.reset}
      </button>
    </div>
  </div>`
}

export const editListStyles = css`
  /* As high as an edit, so that the first edit and the removal of the last move nothing. */
  .edit-list > .note {
    min-block-size: 41px;
  }
  @media (pointer: coarse) {
    .edit-list > .note {
      min-block-size: 53px;
    }
  }
  .note {
    max-inline-size: 68ch;
    margin: 4px 0;
    color: var(--_muted);
    font-size: 0.8125rem;
    line-height: 20px;
  }
  .refused {
    flex: 1 1 100%;
    margin: 0;
    color: var(--_alarm);
    font-size: 0.8125rem;
    line-height: 20px;
    overflow-wrap: anywhere;
  }
  .edit-list ol {
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
    align-items: center;
    overflow-wrap: anywhere;
  }
  .edit-list .off span {
    color: var(--_muted);
    text-decoration: line-through;
  }
  .edit-list input[type='range'] {
    flex: 1 1 100%;
    min-block-size: 24px;
    padding: 0;
    border: 0;
    accent-color: var(--_accent);
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
    flex: none;
    inline-size: 16px;
    block-size: 16px;
    min-block-size: 0;
    margin: 0;
    accent-color: var(--_accent);
  }
  @media (pointer: coarse) {
    .tools button {
      min-inline-size: 44px;
    }
    .edit-list label,
    .edit-list input[type='range'] {
      min-block-size: 44px;
    }
    input[type='checkbox'] {
      inline-size: 24px;
      block-size: 24px;
    }
  }
`
