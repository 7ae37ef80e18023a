/**
 * The base class of views and controls: the selection that an element shares with its group, and the patterns given to
 * it.
 */
import type { Part } from 'attenscope'
import type { PropertyValues } from 'lit'
import { property } from 'lit/decorators.js'
import { onUsualScale } from './scale-kind.js'
import { HeldPatterns } from '../sources/held-values.js'
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

/** True for the event of any copy of the package: a group's selection may be of another copy. */
const isSelectionEvent = (event: Event): event is SelectionEvent => 'aspect' in event

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
  protected readonly heldPatterns = new HeldPatterns(this, () => this._selection.shown)
  private _isGiven = false
  /** The properties that the selection follows, as they were when it followed them last. */
  private _applied: { group: string; part?: Part | undefined; layer?: number | undefined; head?: number | undefined } =
    {
      group: ''
    }
  private _isHeard = false
  private _unlisten?: () => void
  /** True from an act of the reader until the update that answers it. */
  private _awaitsAnswer = false
  private readonly _onSelection = (event: Event) => {
    if (!isSelectionEvent(event)) return
    this._awaitsAnswer ||= event.aspect !== 'source' && event.aspect !== 'arrival'
    this.selectionChanged(event)
  }

  constructor() {
    super()
    // A page may set the property before the element is defined. The plain property would hide this class's own.
    if (!Object.hasOwn(this, 'selection')) return
    const { selection } = this
    delete (this as { selection?: Selection }).selection
    this.selection = selection
  }

  /**
   * The head and token that are pointed at, chosen and locked. The object stays the same for the life of the element,
   * and follows the element into another group. Set it to join the selection of another element.
   */
  get selection(): Selection {
    this._keepUp()
    return this._selection
  }

  set selection(selection: Selection) {
    this._isGiven = true
    if (selection === this._selection) return
    const wasHeard = this._isHeard
    this._hear(false)
    this._selection = selection
    this._hear(wasHeard)
    this.requestUpdate()
  }

  /** The patterns to draw, as the reader tuned them. */
  get source(): TunedSource | undefined {
    return this.selection.source
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this._hear(true)
    this._unlisten = onUsualScale(() => {
      this._selection.forgetScale()
      this._onSelection(new SelectionEvent('scale'))
    })
    this.requestUpdate()
  }

  override disconnectedCallback(): void {
    this._hear(false)
    this._unlisten?.()
    super.disconnectedCallback()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this._keepUp()
    if (changed.has('trace') && this.trace) this._selection.show(this.trace)
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

  /**
   * Brings the selection up to date with the element's properties. The selection may be used before the element's next
   * update, and a choice that is made on it then must not be lost.
   */
  private _keepUp(): void {
    const { group, shownPart: part, layer, head, _applied: applied } = this
    if (group === applied.group && part === applied.part && layer === applied.layer && head === applied.head) return
    this._applied = { group, part, layer, head }
    if (group !== applied.group && !this._isGiven) this._selection.join(group ? selectionFor(group) : undefined)
    if (part && part !== applied.part) this._selection.choosePart(part)
    const isNew = (layer !== applied.layer && layer !== undefined) || (head !== applied.head && head !== undefined)
    if (!isNew) return
    const { chosen } = this._selection
    this._selection.choose({ layer: layer ?? chosen.layer, head: head ?? chosen.head })
  }

  /** Begins or ends to listen to the selection. */
  private _hear(isHeard: boolean): void {
    if (isHeard === this._isHeard) return
    this._isHeard = isHeard
    if (isHeard) {
      this._selection.addEventListener('change', this._onSelection)
      this._selection.enter()
    } else {
      this._selection.removeEventListener('change', this._onSelection)
      this._selection.leave()
    }
  }

  protected announce(): void {
    const { chosen, part, locked } = this._selection
    const detail: SelectionDetail = { ...chosen, ...(part && { part }), ...(locked && { locked }) }
    this.dispatchEvent(new CustomEvent('attn-selection', { detail, bubbles: true, composed: true }))
  }
}
