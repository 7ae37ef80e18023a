/**
 * The base class of views: a view draws its group's patterns, a saved trace, or a text that it runs through a model.
 */
import { AttenscopeError, type Edit, type Model, type Part } from 'attenscope'
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { property, state } from 'lit/decorators.js'
import { dataTable } from '../parts/data-table.js'
import { tableFigure, type Figure, type Table } from '../parts/figure.js'
import { AuthorFrame, wrongHeight } from './author-frame.js'
import { FollowedLoad } from '../sources/followed-load.js'
import { NewestValue } from '../sources/held-values.js'
import type { Hold } from '../sources/shared-values.js'
import type { Viewable } from '../sources/viewable.js'
import { GroupElement } from './group-element.js'
import { InView } from './in-view.js'
import type { HeadRef, TokenRef } from './refs.js'
import { wrongNumber, type NumberRanges } from './number-attributes.js'
import { indexOfAttribute, wrongChoice } from './wrong-choice.js'
import { onPaper, type Printable } from './printing.js'
import { paperPicture } from '../canvas/paper-picture.js'
import { keepMenu, type Attributes } from '../parts/keep.js'
import { traceAt } from '../sources/model-registry.js'
import { Wait, WritingPace } from '../pacing/waits.js'
import type { Origin, SelectionEvent } from './selection.js'
import { emptyState, errorState, loadState } from '../parts/states.js'
import { speakAs } from '../words/language.js'
import * as words from '../words/index.js'

const SOURCES = ['model', 'text', 'target', 'edits', 'src'] as const

export abstract class ViewElement extends GroupElement {
  /**
   * A model: its folder's address, a loaded model, or a promise of one. With `text`, the element runs the model itself.
   */
  @property() model?: string | Model | Promise<Model>
  /** The text to run the model with. */
  @property() text?: string
  /** The target text of an encoder–decoder. Without it, the model writes the target. */
  @property() target?: string
  /** The edits of the model while it runs. As an attribute: JSON. */
  @property({ type: Array }) edits: readonly Edit[] = []
  /**
   * The address of a saved trace, which needs no engine. If the element also has a model, it shows the trace until the
   * model has run.
   */
  @property() src?: string
  /** Leaves out the menu that saves the picture and its numbers. */
  @property({ type: Boolean, attribute: 'no-keep' }) noKeep = false
  /** The index of a query token that is locked from the start. */
  @property({ converter: indexOfAttribute }) held?: number
  /** Shows what the author chose: nothing can be locked or chosen, and the switches are left out. Pointing still works. */
  @property({ type: Boolean, reflect: true }) readonly = false
  /** The height of the view, in pixels or as a length of CSS; a taller picture scrolls. Default: that of the picture. */
  @property({ reflect: true }) height?: string | number
  /** A text below the view, which saved pictures have, too. */
  @property() caption?: string
  @state() private _failure?: unknown
  @state() private _said = ''
  @state() private _isTableOpen = false
  private readonly _followed = new FollowedLoad(this, () => this._run())
  private readonly _newest = new NewestValue<Viewable>(this)
  /** True for a view of many numbers: while a text is being written, it is drawn now and then, not at every token. */
  protected readonly hasManyNumbers: boolean = false
  private readonly _pace = new WritingPace(this)
  private readonly _unseen = new Wait(this)
  private _offPaper?: () => void
  private readonly _inView = new InView(this, () => this._start())
  private readonly _frame = new AuthorFrame(this)
  private readonly _updates = new EventTarget()

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot()
    root.append(this._frame.node)
    this.renderOptions.renderBefore = this._frame.node
    return root
  }

  /**
   * The picture as the text of an SVG file, as the menu saves it. Waits until the view has drawn. Throws 'option' if the view
   * has nothing to draw, and the error that the view shows.
   */
  async toSVG(): Promise<string> {
    const figure = await this._drawnFigure()
    return (await import('../parts/kept-files.js')).toSvg(figure, this.renderRoot)
  }

  /** The picture as a PNG file, as the menu saves it. Waits and throws as `toSVG` does. */
  async toPNG(): Promise<Blob> {
    const figure = await this._drawnFigure()
    return (await import('../parts/kept-files.js')).toPng(figure, this.renderRoot)
  }

  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    return this._pace.isDue({
      ...{ isWriting: this.selection.writing, isDrawn: this.hasUpdated, isInSight: this._inView.isHere },
      ...{ hasManyNumbers: this.hasManyNumbers, hasChanged: changed.size > 0 }
    })
  }

  protected override selectionChanged(event: SelectionEvent): void {
    if (event.aspect !== 'source') this._pace.readerActed()
    super.selectionChanged(event)
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (SOURCES.some((name) => changed.has(name))) this._start()
    const { held, hasUpdated } = this
    const isIndex = held === undefined || (Number.isInteger(held) && held >= 0)
    if (changed.has('held') && (held !== undefined || hasUpdated) && isIndex)
      this.selection.hold(held === undefined ? undefined : { query: held }, !hasUpdated)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    // An element that left the page before its trace had come asks for it again.
    if (this.hasUpdated && this.src !== undefined && !this.source) this._start()
    const view: Printable = {
      enterPaper: () => this._enterPaper(),
      leavePaper: () => this._leavePaper(),
      isComing: () => this.isUpdatePending || this.renderRoot.querySelector('.coming, .progress') !== null
    }
    this._offPaper = onPaper(view)
  }

  override disconnectedCallback(): void {
    this._offPaper?.()
    super.disconnectedCallback()
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    this._updates.dispatchEvent(new Event('update'))
    // A reader may print at any moment, and the browser will not wait for a view that was never in sight.
    if (this.isSeen || !this.source || this.selection.writing) return
    this._unseen.forQuiet('unseen', () => this._inView.see())
  }

  private _enterPaper(): void {
    this._inView.see()
    // The colours and the width of paper hold from now on: the browser changes to the medium later.
    this.toggleAttribute('data-paper', true)
    const live = this.renderRoot.querySelector<HTMLElement>('.on-screen')
    const probe = this.renderRoot.querySelector('.probe')
    speakAs(this)
    const figure = live && this.figure()
    if (!live || !probe || !figure) return
    live.after(paperPicture(figure, probe))
    live.dataset.printed = ''
  }

  private _leavePaper(): void {
    this.toggleAttribute('data-paper', false)
    this.renderRoot.querySelector('canvas.printed')?.remove()
    const live = this.renderRoot.querySelector<HTMLElement>('.on-screen')
    if (live) delete live.dataset.printed
    this.requestUpdate()
  }

  /** The message to show while there is no picture; `undefined` if there is a picture. */
  protected placeholder(): TemplateResult | undefined {
    const { load } = this._followed
    const { source } = this
    const wrong = this._wrongChoice()
    if (wrong) return errorState(wrong)
    if (this._failure !== undefined) return errorState(this._failure, () => this._start())
    // A saved trace is more useful than the progress of a load.
    if (!source || this.src === undefined) {
      const state = load && loadState(load)
      if (state) return state
    }
    if (!source) {
      const isComing = load || this._isAsked
      return emptyState(isComing ? words.view.reading : words.view.noText)
    }
    return source.queries.count === 0 ? emptyState(words.view.noRow) : undefined
  }

  /** The ranges of the view's numbers. */
  protected get numbers(): NumberRanges {
    return {}
  }

  protected override lock(token: TokenRef): void {
    if (!this.readonly) super.lock(token)
  }

  protected override choose(head: HeadRef): void {
    if (!this.readonly) super.choose(head)
  }

  protected override choosePart(part: Part): void {
    if (!this.readonly) super.choosePart(part)
  }

  /** In a view that is read-only, Escape ends the pointing and keeps the token that the author locked. */
  protected override letGo(): boolean {
    if (!this.readonly) return super.letGo()
    const { selection } = this
    const isPointing = selection.previewing || selection.token !== selection.locked
    selection.preview(undefined)
    selection.point(undefined)
    return isPointing
  }

  /** The wrong number among the attributes. A text that is still written may reach the held token later. */
  private _wrongChoice(): AttenscopeError | undefined {
    const { layer, head, held, selection } = this
    const isComplete = !selection.writing && (this._isAsked || this.trace !== undefined)
    const error = wrongHeight(this.height) ?? wrongNumber(this, this.numbers)
    if (error) return error
    return wrongChoice({ layer, head, ...((isComplete || Number.isNaN(held)) && { held }) }, this.source, (name) =>
      this.getAttribute(name)
    )
  }

  /** The picture for a file, with the author's caption as its note. */
  private _figureWithCaption(): Figure | undefined {
    speakAs(this)
    const figure = this.figure()
    return figure && this.caption ? { ...figure, note: this.caption } : figure
  }

  private async _drawnFigure(): Promise<Figure> {
    this._inView.see()
    for (;;) {
      const { localName } = this
      if (!this.isConnected) throw new AttenscopeError('option', `${localName} is in no page, so that it draws nothing`)
      await this.updateComplete
      const { renderRoot, source } = this
      const error = this._wrongChoice() ?? this._failure
      if (error !== undefined) throw error as Error
      const isComing = renderRoot.querySelector('.coming, .progress') !== null
      const figure = source && !isComing ? this._figureWithCaption() : undefined
      if (figure) return figure
      const message = renderRoot.querySelector('[part=message], [part=error]')?.textContent?.trim()
      if (!isComing && message) throw new AttenscopeError('option', `${localName} has nothing to draw: ${message}`)
      await new Promise((resolve) => this._updates.addEventListener('update', resolve, { once: true }))
    }
  }

  /** True if the element has been in sight: before that it computes nothing. */
  protected get isSeen(): boolean {
    return this._inView.isSeen
  }

  /** The picture for print. */
  protected figure(): Figure | undefined {
    const table = this.table()
    return table && tableFigure(this.localName, table)
  }

  /** The numbers for a file. */
  protected table(): Table | undefined {
    return undefined
  }

  /** The numbers for a table in the page: of many, those of the current head and token. */
  protected readableTable(): Table | undefined {
    return this.table()
  }

  /** The attributes of this view that a copied line of HTML needs, besides those of the source and the head. */
  protected attributesToKeep(): Attributes {
    return {}
  }

  /** The menu that saves the picture and its numbers. */
  protected keep(): TemplateResult | '' {
    if (this.noKeep) return ''
    const view = {
      name: this.localName.replace(/^attn-/, ''),
      figure: () => this._figureWithCaption(),
      table: () => (speakAs(this), this.table()),
      attributes: () => this.attributesToKeep(),
      ...{ selection: this.selection, root: this.renderRoot }
    }
    return keepMenu(view, this._said, (said) => (this._said = said))
  }

  /** The end of a view: the numbers as a table in the page, and the menu that saves them. */
  protected behind(withMenu = true): TemplateResult {
    const readable = {
      ...{ title: words.table.numbers, table: () => this.readableTable(), isOpen: this._isTableOpen },
      toggle: (isOpen: boolean) => (this._isTableOpen = isOpen)
    }
    return html`<div class="behind">${dataTable(readable)} ${withMenu ? this.keep() : ''}</div>`
  }

  /** True if a picture comes as soon as the element is in sight. */
  private get _isAsked(): boolean {
    return this.src !== undefined || (this.model !== undefined && this.text !== undefined)
  }

  /** Starts the engine when the element is in sight. */
  private _start(): void {
    this._failure = undefined
    this._newest.stopWaiting()
    if (!this._inView.isSeen) return
    if (this.src !== undefined && !this.source) this._open(this.src)
    this._followed.follow(this.text === undefined ? undefined : this.model || undefined)
  }

  private _open(src: string): void {
    this._follow(traceAt(src), () => src === this.src && !this._followed.model, { src })
  }

  private _run(): void {
    const { text, target, edits, _followed: followed } = this
    const { load } = followed
    if (!load || text === undefined) return
    this._failure = undefined
    const isCurrent = () =>
      load === followed.load && text === this.text && target === this.target && edits === this.edits
    this._follow(load.run(text, target, edits), isCurrent, {
      ...(typeof this.model === 'string' && { model: this.model }),
      ...{ text, ...(target !== undefined && { target }), edits }
    })
  }

  private _follow(coming: Hold<Viewable>, isCurrent: () => boolean, origin: Origin): void {
    this._newest.ask(
      coming,
      (source) => {
        if (!isCurrent()) return
        this.selection.origin = origin
        this.selection.show(source)
      },
      (error) => {
        if (isCurrent()) this._failure = error
      }
    )
  }
}
