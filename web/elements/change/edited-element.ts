/**
 * The base class of the elements that run a model under edits: the list of edits, a refused edit, and the chosen head.
 */
import { parseTraceName, traceName, type Edit, type Part } from 'attenscope'
import { css, html, type PropertyValues, type TemplateResult } from 'lit'
import { property } from 'lit/decorators.js'
import { change as words } from '../words/change.js'
import { EditHistory, listEdits, type ListedEdit } from './edit-history.js'
import { editList, editListStyles, refusalOf } from './edit-list.js'
import type { EditTokens } from './edit-words.js'
import { ModelElement, type Settings } from '../controls/model-element.js'
import { labelText } from '../parts/token-text.js'
import * as allWords from '../words/index.js'

export interface EditedSettings extends Settings {
  readonly edits: readonly (Edit | ListedEdit)[]
}

export abstract class EditedElement extends ModelElement {
  /**
   * The changes to the model: edits, or edits that are switched on or off, `{ edit, on }`. The attribute holds JSON.
   */
  @property({ type: Array }) edits: readonly (Edit | ListedEdit)[] = []
  /** The URL of a page that shows both runs side by side. The text and the edits are added to it. */
  @property({ attribute: 'change-page' }) changePage?: string | undefined
  protected history = new EditHistory()

  /** True if the element has a run, which it repeats when the list of edits changes. */
  protected abstract get hasRun(): boolean

  protected override get applied(): readonly Edit[] {
    return this.history.edits
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (!changed.has('edits') || this.edits === this.history.list) return
    this.edits = listEdits(Array.isArray(this.edits) ? this.edits : [this.edits])
    this.history = new EditHistory(this.edits as readonly ListedEdit[])
    if (this.hasRun) this.run()
  }

  protected get editedSettings(): EditedSettings {
    return { text: this.text, edits: this.history.list }
  }

  /** Changes the list, reports the change, and runs the model under the new list. */
  protected become(act: (history: EditHistory) => void): void {
    act(this.history)
    this.edits = this.history.list
    this.change(this.settings, { letsGo: false })
    this.requestUpdate()
    this.run()
  }

  /** The error, unless it refers to an edit: the list shows such an error at the edit. */
  protected withoutRefusal(error: unknown): unknown {
    return refusalOf(error, this.history.list) ? undefined : error
  }

  /** The switch for the chosen head, the switch that hides the chosen token, and the list of edits. */
  protected changes(error: unknown): TemplateResult | '' {
    const { history, source, ready: model } = this
    if (!model || (!source && history.list.length === 0)) return ''
    // The list has its room before there is an edit, so that an edit moves nothing; more edits scroll.
    return html`<section class=${history.list.length > 0 ? 'changes' : 'changes foldable'} part="edits">
      ${source ? this._inHand() : ''}
      <div class="foldable edits">
        ${editList(history, {
          tokensOf: ({ at }) => this.tokensOf(parseTraceName(at)?.part),
          refusal: refusalOf(error, history.list),
          onAct: (act) => this.become(act)
        })}
      </div>
    </section>`
  }

  /**
   * The tokens that an edit's query and key refer to. Names without a part, in a model with one stack, mean the shown
   * part.
   */
  protected tokensOf(part: Part | undefined): EditTokens {
    const { source, selection } = this
    const isShown = part === undefined || part === (selection.part ?? part)
    return isShown && source ? { queries: source.queryTokens, keys: source.tokens } : { queries: [], keys: [] }
  }

  private _inHand(): TemplateResult | '' {
    const { selection, history, source } = this
    if (!source) return ''
    const { layer, head } = selection.chosen
    // The mean over the heads is no head that could be switched off.
    const isHead = head < source.headCount
    const ablation: Edit = { at: selection.traceName(layer, 'head_output'), head, op: 'zero' }
    const token = selection.locked
    // Queries and keys have the same tokens only in a self-attention.
    const key = token?.key ?? (source.queryTokens === source.tokens ? token?.query : undefined)
    const { stage: _, ...attention } = parseTraceName(selection.traceName(layer)) ?? { site: 'attn' }
    const everywhere = traceName({ ...attention, layer: '*' })
    const hiding: Edit | undefined = key === undefined ? undefined : { at: everywhere, set: { mask: [key] } }
    const { list } = history
    return html`<div class="row">
      <span class="note"
        >${source.headCount > 1 ? allWords.names.head({ layer, head }, source) : words.inHand.all(layer, source.layers.length)}</span
      >
      ${this._switch(isHead ? ablation : undefined, words.inHand.off, words.inHand.on)}
      ${
        hiding && key !== undefined
          ? this._switch(hiding, words.inHand.hide(labelText(source.tokens, key)), words.inHand.unhide)
          : this._switch(undefined, words.inHand.hideNone, words.inHand.unhide)
      }
      ${
        this.changePage
          ? html`<a href=${this._compareAddress(list.length > 0 || !isHead ? list : [{ edit: ablation, on: true }])}
              >${list.length > 0 ? words.inHand.compare : words.inHand.more}</a
            >`
          : ''
      }
    </div>`
  }

  /** A switch that adds an edit, or removes it if it is in the list. Without an edit it keeps its place, disabled. */
  private _switch(edit: Edit | undefined, on: string, off: string): TemplateResult {
    if (!edit) return html`<button type="button" title=${on} disabled>${on}</button>`
    const wanted = JSON.stringify(edit)
    const at = this.history.list.findIndex((each) => each.on && JSON.stringify(each.edit) === wanted)
    const act = (history: EditHistory): void => (at >= 0 ? history.remove(at) : history.add(edit))
    return html`<button
      type="button"
      title=${at >= 0 ? off : on}
      aria-pressed=${at >= 0 ? 'true' : 'false'}
      @click=${() => this.become(act)}
    >
      ${at >= 0 ? off : on}
    </button>`
  }

  private _compareAddress(list: readonly ListedEdit[]): string {
    const page = this.changePage ?? ''
    const carried = new URLSearchParams({ text: this.text, edits: JSON.stringify(list) })
    return `${page}${page.includes('#') ? '&' : '#'}${carried}`
  }
}

export const editedStyles = [
  editListStyles,
  css`
    .changes {
      display: grid;
      gap: 4px;
      max-inline-size: 68ch;
    }
    /* The same four places whatever is locked or edited: a longer name is cut, and nothing moves. */
    .changes > .row {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(140px, 100%), 1fr));
      align-items: center;
    }
    .changes > .row > * {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .edits {
      block-size: 104px;
      overflow: auto;
      overscroll-behavior: contain;
      scrollbar-width: thin;
      scrollbar-color: var(--_rule) transparent;
    }
    @media (pointer: coarse) {
      .edits {
        block-size: 128px;
      }
    }
    @media print {
      .edits {
        block-size: auto;
      }
    }
    .changes a {
      color: var(--_accent);
      font-size: 0.8125rem;
      text-decoration: none;
    }
    .changes a:hover {
      text-decoration: underline;
    }
    .changes button[aria-pressed='true'] {
      border-color: var(--_accent);
      color: var(--_accent);
    }
  `
]
