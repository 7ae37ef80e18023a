/**
 * The base class of views and controls: the selection that an element shares with its group, and the patterns given to
 * it.
 */
import type { Part } from 'attenscope'
import type { PropertyValues } from 'lit'
import { property } from 'lit/decorators.js'
import { onUsualScale } from './scale-kind.js'
import { AttnElement } from './attn-element.js'
import type { TunedSource } from '../sources/tuned-source.js'
import { Selection, SelectionEvent, selectionFor } from './selection.js'
import type { HeadRef, TokenRef } from './refs.js'
import type { Viewable } from '../sources/viewable.js'

/** The detail of `attn-selection`: the chosen part and head, and the locked token if there is one. */
export interface SelectionDetail extends HeadRef {
  readonly part?: Part
  readonly locked?: TokenRef
}

declare global {
  interface HTMLElementEventMap {
    'attn-selection': CustomEvent<SelectionDetail>
  }
}

const PARTS: readonly string[] = ['decoder', 'encoder', 'cross'] satisfies Part[]

/** HTML itself uses the attribute `part`, for ::part(). Only a word that names a part of the model is read from it. */
const partOfAttribute = {
  fromAttribute: (words: string | null) => words?.split(/\s+/).find((word) => PARTS.includes(word)) as Part | undefined
}

/**
 * @fires attn-selection - The chosen head or the locked token changed; `detail` is `{ layer, head, part?, locked? }`.
 */
export abstract class GroupElement extends AttnElement {
  /** The name of the group. Elements of one group show the same patterns, head and token. */
  @property() group = ''
  /** The chosen layer, by its number in the model. Default: the first layer with attention. */
  @property({ type: Number }) layer?: number
  /** The chosen head, from 0. */
  @property({ type: Number }) head?: number
  /** The attention to show, for a model with two texts: 'cross', 'encoder' or 'decoder'. The attribute is `part`. */
  @property({ attribute: 'part', converter: partOfAttribute }) shownPart?: Part
  /** Patterns to draw. Set the property again when they have grown. */
  @property({ attribute: false, hasChanged: () => true }) trace?: Viewable
  private _selection = new Selection()
  private _isGiven = false
  private _unlisten?: () => void
  /** True from an act of the reader until the update that answers it. */
  private _awaitsAnswer = false
  private readonly _onSelection = (event: Event) => {
    if (!(event instanceof SelectionEvent)) return
    this._awaitsAnswer ||= event.aspect !== 'source' && event.aspect !== 'arrival'
    this.selectionChanged(event)
  }

  /** The head and token that are pointed at, chosen and locked. Set it to join the selection of another element. */
  get selection(): Selection {
    return this._selection
  }

  /** The head and token that are pointed at, chosen and locked. Set it to join the selection of another element. */
  set selection(selection: Selection) {
    this._isGiven = true
    this._join(selection)
  }

  /** The patterns to draw, as the reader tuned them. */
  get source(): TunedSource | undefined {
    return this._selection.source
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this._selection.addEventListener('change', this._onSelection)
    this._unlisten = onUsualScale(() => {
      this._selection.forgetScale()
      this._onSelection(new SelectionEvent('scale'))
    })
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    this._selection.removeEventListener('change', this._onSelection)
    this._unlisten?.()
    super.disconnectedCallback()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('group') && !this._isGiven) this._join(this.group ? selectionFor(this.group) : new Selection())
    if (changed.has('shownPart') && this.shownPart) this._selection.choosePart(this.shownPart)
    if (changed.has('trace') && this.trace) this._selection.show(this.trace)
    if ((changed.has('layer') && this.layer !== undefined) || (changed.has('head') && this.head !== undefined)) {
      const { chosen } = this._selection
      this._selection.choose({ layer: this.layer ?? chosen.layer, head: this.head ?? chosen.head })
    }
  }

  protected override isUrgent(): boolean {
    if (!this._awaitsAnswer || !this.hasUpdated) return super.isUrgent()
    this._awaitsAnswer = false
    return true
  }

  /** Updates the element. A view overrides this method to draw only the part that changed. */
  protected selectionChanged({ aspect }: SelectionEvent): void {
    // An arrival concerns only views with pictures.
    if (aspect !== 'arrival') this.requestUpdate()
  }

  protected point(token: TokenRef | undefined): void {
    this._selection.point(token)
  }

  protected lock(token: TokenRef): void {
    this._selection.lock(token)
    this.announce()
  }

  protected choose(head: HeadRef): void {
    this._selection.choose(head)
    this.announce()
  }

  protected letGo(): boolean {
    const had = this._selection.letGo()
    if (had) this.announce()
    return had
  }

  protected choosePart(part: Part): void {
    this._selection.choosePart(part)
    this.announce()
  }

  private _join(selection: Selection): void {
    if (selection === this._selection) return
    this._selection.removeEventListener('change', this._onSelection)
    this._selection = selection
    if (!this.isConnected) return
    selection.addEventListener('change', this._onSelection)
    this.requestUpdate()
  }

  protected announce(): void {
    const { chosen, part, locked } = this._selection
    const detail: SelectionDetail = { ...chosen, ...(part && { part }), ...(locked && { locked }) }
    this.dispatchEvent(new CustomEvent('attn-selection', { detail, bubbles: true, composed: true }))
  }
}
