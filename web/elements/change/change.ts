/** `<attn-change>`: changes a model while it runs and shows the effects. */
import { parseTraceName, type Edit, type ModelKind, type Part } from 'attenscope'
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { editsOf, firstFields } from './change-fields.js'
import { changeForm, changeFormStyles } from './change-form.js'
import { changeStyles } from './change-styles.js'
import { change as words } from '../words/change.js'
import { compareRuns, firstChange, freeRuns, promptEnd, type ComparedRuns } from './compared-runs.js'
import { controlStyles } from '../controls/control-styles.js'
import { editList, editListStyles, refusalOf } from './edit-list.js'
import { EditMaker } from './edit-maker.js'
import type { EditTokens } from './edit-words.js'
import type { HeadOfPart } from './effect-maps.js'
import { keepStyles } from '../parts/keep.js'
import { EffectSearch } from './effect-search.js'
import { effectMapStyles } from './effect-styles.js'
import { isAborted } from '../parts/error-text.js'
import { significant } from '../parts/format.js'
import { legendStyles } from '../parts/legend.js'
import { EditedElement, type EditedSettings } from './edited-element.js'
import { milliseconds } from '../parts/milliseconds.js'
import { Instalments } from '../pacing/waits.js'
import { comparedOutcome, predictionStyles } from './prediction-views.js'
import { stateStyles } from '../parts/states.js'
import { themeStyles } from '../parts/theme-styles.js'

type Inside = typeof import('./change-inside.js')

/**
 * Runs a text through the original model and through the edited model, and compares them: the generated texts, the
 * predictions after each token and their divergence, a head's attention, and the heads that matter for a prediction.
 *
 * @fires attn-loaded - The model is loaded; `detail` is `{ info, fileBytes?, elapsedMs? }`.
 * @fires attn-settings - The reader changed the text or the edits; `detail` is `{ text, edits }`.
 * @fires attn-ended - Both runs have ended; `detail` is 'end' or 'stopped'.
 * @csspart controls - The text box, examples and button.
 * @csspart edits - The list of edits and the form that makes one.
 * @csspart texts - The texts of both runs.
 * @csspart predictions - The predictions of both runs.
 * @csspart effects - The heads that matter.
 * @csspart views - The attention of both runs.
 * @csspart progress - The bar while the model loads.
 * @csspart error - The message when the model cannot be loaded or run, or an edit is refused.
 */
@customElement('attn-change')
export class AttnChange extends EditedElement {
  static override readonly styles = [
    ...themeStyles,
    stateStyles,
    controlStyles,
    ...predictionStyles,
    ...legendStyles,
    effectMapStyles,
    keepStyles,
    editListStyles,
    changeFormStyles,
    changeStyles
  ]

  /** Shows the search for the heads that matter first, and starts it after the first run. */
  @property({ type: Boolean, attribute: 'effects-first' }) effectsFirst = false
  @state() private _row = 0
  /** The first part is drawn at once. The parts beside and below it follow, one in each frame. */
  private readonly _parts = new Instalments(this, 2)
  private readonly _maker = new EditMaker(this)
  protected readonly kinds: readonly ModelKind[] = ['decoder', 'encoder-decoder', 'classifier']
  private _compared?: ComparedRuns
  private _elapsedMs = 0
  private _inside?: Inside
  private _error?: unknown
  private _abort?: AbortController
  private readonly _search = new EffectSearch(this)

  override run(): void {
    const { ready: model, text } = this
    if (!model) return
    this._abort?.abort()
    if (text.trim() === '') return this._finish()
    const abort = (this._abort = new AbortController())
    const { edits } = this.history
    this._error = undefined
    this.requestUpdate()
    const startedMs = performance.now()
    const comparing = compareRuns(model, text, edits, { known: this._compared, signal: abort.signal })
    Promise.all([comparing, import('./change-inside.js')]).then(
      ([compared, inside]) => {
        if (abort !== this._abort) return freeRuns(compared, this._compared)
        const isNewText = compared.text !== this._compared?.text
        if (this._compared) freeRuns(this._compared, compared)
        this._compared = compared
        this._elapsedMs = performance.now() - startedMs
        this._inside = inside
        this._maker.done()
        // After the last edit is removed, the row stays.
        if (edits.length > 0) this._row = firstChange(compared)
        else if (isNewText) this._row = this.effectsFirst ? promptEnd(compared) : firstChange(compared)
        if (isNewText) this._search.clear()
        if (isNewText && compared.tokens.length > 0) this._maker.lookFrom(this._row)
        this._lookAtEdit(edits)
        if (this.effectsFirst && (isNewText || !this._search.hasSought))
          this._search.tryHeads(compared, this._row, (head) => this._lookAt(head))
        this._finish()
      },
      (error: unknown) => {
        if (abort !== this._abort) return
        if (!isAborted(error)) this._fail(error)
        this._finish()
      }
    )
  }

  override stop(): void {
    this._search.stop()
    if (!this._abort) return
    this._abort.abort()
    this._finish()
  }

  override render() {
    const { _compared: compared, _inside: inside, history, ready: model } = this
    const controls = this.controls({
      label: words.label,
      placeholder: words.placeholder,
      action: words.action,
      busy: this._abort !== undefined,
      status: this._status(),
      isNews: true,
      figures: compared && !this._abort ? milliseconds(this._elapsedMs) : '',
      error: this.withoutRefusal(this._error)
    })
    // Both parts appear together after both runs: a part that appeared earlier would have to move.
    if (!model || (this._abort && !compared)) return controls
    // Nothing is drawn below a map that is still missing, because it would move as well.
    if (compared && inside && this.effectsFirst && this._search.isFirst)
      return html`${controls}
        <div class="columns inside">${inside.searchSection(this._search, compared, this._row)}</div>`
    const tokens = this.tokensOf(this._maker.fields.part)
    const inner = compared && inside ? this._lookInside(compared, inside) : ''
    const outer = html`<div class="columns">
      <section part="edits" class="edits" aria-labelledby="edits">
        <h3 id="edits">${words.edits.heading}</h3>
        ${editList(history, {
          tokensOf: ({ at }) => this.tokensOf(parseTraceName(at)?.part),
          refusal: refusalOf(this._error, history.list),
          onAct: (act) => this.become(act)
        })}
        ${changeForm({
          maker: this._maker,
          model,
          tokens,
          onAdd: () => void this._maker.add(model, compared?.before.options.target, (act) => this.become(act))
        })}
      </section>
      ${compared ? comparedOutcome(compared, this._row, (row) => this._pickRow(row)) : ''}
    </div>`
    const parts = this.effectsFirst
      ? [inner, this._parts.shown > 1 ? outer : '']
      : [outer, this._parts.shown > 0 ? inner : '']
    return html`${controls} ${parts}`
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    if (this._inside && !this._search.isFirst) this._parts.next()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (this.ready) this._maker.fit(this.ready)
  }

  protected override get settings(): EditedSettings {
    return this.editedSettings
  }

  protected override get hasRun(): boolean {
    return this._compared !== undefined || this._error !== undefined
  }

  protected override show(): void {
    const { _compared: compared } = this
    if (compared) this.selection.show(compared.runs.after.trace)
    this.dispatchEvent(
      new CustomEvent('attn-ended', { detail: this._error ? 'stopped' : 'end', bubbles: true, composed: true })
    )
  }

  private _finish(): void {
    this._abort = undefined
    this.progressed(true)
  }

  private _lookInside(compared: ComparedRuns, { effectsSection }: Inside): TemplateResult {
    const { before, after } = compared.runs
    return html`<div class="columns inside">
      ${effectsSection(this._search, compared, this._row, {
        onPick: (head) => this._ablateHead(head),
        onPatch: (place) => this.become((history) => history.add(this._search.patchAt(place, compared)))
      })}
      <section part="views" class="views" aria-labelledby="views">
        <h3 id="views">${before === after ? words.attentionAsIs : words.attention}</h3>
        ${this._parts.shown > (this.effectsFirst ? 0 : 1) ? this._views(before) : ''}
      </section>
    </div>`
  }

  private _views({ trace }: ComparedRuns['runs']['before']): TemplateResult {
    return html`<attn-compare
      baseline-label=${words.original}
      label=${words.edited}
      .selection=${this.selection}
      .baseline=${trace}
      @attn-selection=${(event: HTMLElementEventMap['attn-selection']) => this._maker.takeUp(event.detail)}
    ></attn-compare>`
  }

  private _status(): string {
    if (this._abort) return words.running
    if (this.text.trim() === '') return words.blank
    const { _compared: compared } = this
    if (!compared) return words.ready
    if (this._error) return words.stopped
    if (this.history.edits.length === 0) return this.effectsFirst ? this._searchStatus() : words.same
    return words.ended(significant(Math.max(...compared.predictions.map(({ divergence }) => divergence))))
  }

  private _searchStatus(): string {
    const { tried, heads } = this._search
    if (tried?.of === 'heads') return words.search.under
    return heads ? words.search.over : words.search.none
  }

  /** The tokens that the numbers of an edit refer to, in the chosen part. */
  protected override tokensOf(part: Part | undefined): EditTokens {
    const trace = this._compared?.runs.before.trace
    const view = part !== undefined && trace?.parts.includes(part) ? trace.view(part) : trace
    return { queries: view?.queryTokens ?? [], keys: view?.tokens ?? [] }
  }

  private _ablateHead({ part, layer, head }: HeadOfPart): void {
    const { ready: model } = this
    if (!model) return
    const fields = { ...firstFields, kind: this._search.ablate, part, layer: String(layer), head: String(head) }
    this._lookAt({ part, layer, head })
    void editsOf(fields, model).then((edits) => this.become((history) => history.add(...edits)))
  }

  /** Shows the attention of the last edit that names one layer. */
  private _lookAtEdit(edits: readonly Edit[]): void {
    const attentionOf = ({ at }: Edit) => {
      const name = parseTraceName(at)
      return typeof name?.layer === 'number' && (name.site === 'attn' || name.site === 'cross') ? name : undefined
    }
    const edit = [...edits].reverse().find((each) => attentionOf(each))
    const { part = this.selection.part ?? 'decoder', layer } = (edit && attentionOf(edit)) ?? {}
    if (typeof layer !== 'number') return
    this._lookAt({ part, layer, head: edit?.head ?? this.selection.chosen.head })
  }

  private _lookAt({ part, layer, head }: HeadOfPart): void {
    this.selection.choosePart(part)
    this.selection.choose({ layer, head })
  }

  private _fail(error: unknown): void {
    if (!this._maker.took(error, this.history)) {
      this._error = error
      return
    }
    this.edits = this.history.list
    this.change(this.settings, { letsGo: false })
  }

  private _pickRow(row: number): void {
    this._row = row
    this._maker.lookFrom(row)
    this._search.clear()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-change': AttnChange
  }
}
