/** The list of edits in words: each can be switched off, moved and removed; what was done can be undone. */
import type { Edit } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { changeWords as words } from './change-words.js'
import type { EditHistory } from './edit-history.js'
import { describeEdit, type EditTokens } from './edit-words.js'

export function editList(
  history: EditHistory,
  tokensOf: (edit: Edit) => EditTokens,
  onAct: (act: (history: EditHistory) => void) => void
): TemplateResult {
  const { list } = history
  const button = (said: string, sign: string, enabled: boolean, act: (history: EditHistory) => void) =>
    html`<button type="button" title=${said} aria-label=${said} ?disabled=${!enabled} @click=${() => onAct(act)}>
      ${sign}
    </button>`
  return html`${
      list.length === 0
        ? html`<p class="note">${words.edits.none}</p>`
        : html`<ol class="edit-list">
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
                  ${button(words.edits.up, '↑', at > 0, (each) => each.move(at, -1))}
                  ${button(words.edits.down, '↓', at < list.length - 1, (each) => each.move(at, 1))}
                  ${button(words.edits.remove, '×', true, (each) => each.remove(at))}
                </span>
              </li>`
            })}
          </ol>`
    }
    <div class="row">
      <button type="button" ?disabled=${!history.canUndo} @click=${() => onAct((each) => each.undo())}>
        ${words.edits.undo}
      </button>
      <button type="button" ?disabled=${!history.canRedo} @click=${() => onAct((each) => each.redo())}>
        ${words.edits.redo}
      </button>
      <button type="button" ?disabled=${!history.canReset} @click=${() => onAct((each) => each.reset())}>
        ${words.edits.reset}
      </button>
    </div>`
}
