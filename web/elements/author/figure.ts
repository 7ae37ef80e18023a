/** `<attn-figure>`: a numbered figure of a text, with its caption, the author's view of it, and lines that copy it. */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { AttnElement } from '../base/attn-element.js'
import { GroupElement } from '../base/group-element.js'
import { sameHead, sameToken, type HeadRef, type TokenRef } from '../base/refs.js'
import type { Selection } from '../base/selection.js'
import type { Attributes } from '../parts/keep.js'
import { themeStyles } from '../parts/theme-styles.js'
import * as words from '../words/index.js'
import { copyKinds, copyOf, frameAddress, type CopiedView, type CopyKind } from './figure-copies.js'

const styles = css`
  .below {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    align-items: baseline;
    margin-block-start: 8px;
    color: var(--_muted);
  }
  .caption {
    flex: 1 1 40ch;
    max-inline-size: 68ch;
  }
  b {
    color: var(--_ink);
  }
  /* The button has its place from the start: nothing moves when it appears. */
  .reset {
    border: 0;
    padding-inline: 0;
    color: var(--_accent);
  }
  .reset[data-idle] {
    visibility: hidden;
  }
  details {
    flex-basis: 100%;
  }
  summary {
    inline-size: max-content;
    cursor: pointer;
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin-block: 8px;
  }
  textarea {
    display: block;
    inline-size: 100%;
    min-block-size: 5.5em;
    padding: 8px;
    border: 1px solid var(--_rule);
    border-radius: 4px;
    background: transparent;
    font-family: ui-monospace, monospace;
    font-size: 0.8125rem;
  }
  @media (scripting: none), print {
    details,
    .reset {
      display: none;
    }
  }
`

/** The attributes of a view that belong to its page. */
const OF_THE_PAGE = ['group', 'class', 'id', 'style', 'slot', 'inert', 'readonly']

/** The view that the author chose. */
interface Chosen {
  readonly head: HeadRef
  readonly locked: TokenRef | undefined
}

/**
 * A figure of a text: views inside, a number and a caption below. A free figure lets the reader choose heads and tokens, and
 * leads back to the author's view; a fixed one shows what the author chose.
 *
 * "Use this figure" copies it as HTML, a frame, Markdown, MyST, Quarto or a notebook's cell, in the state that the reader sees.
 * A browser without scripts shows the content of the views, such as a saved picture.
 *
 * @slot - The views.
 * @slot caption - The caption, if it needs more than plain text.
 * @csspart caption - The number and the caption.
 * @csspart copies - The menu with the lines that copy the figure.
 * @cssprop --attn-muted - The caption.
 * @cssprop --attn-accent - The way back to the author's view.
 * @cssprop --attn-rule - Hairlines.
 */
@customElement('attn-figure')
export class AttnFigure extends AttnElement {
  static override readonly styles = [...themeStyles, styles]

  /** The number of the figure. */
  @property({ type: Number }) number?: number
  /** The caption. */
  @property() caption = ''
  /** 'free' lets the reader choose heads and tokens; 'fixed' shows what the author chose. */
  @property() state: 'free' | 'fixed' = 'free'
  /** The address of the page that shows a view in a frame. Default: `embed.html` beside this page. */
  @property() embed = 'embed.html'
  /** The address of the package's `elements.js`, for copies in pages that have none of their own. */
  @property() script?: string
  /** The address of a saved picture, for places that show no frames. */
  @property() picture?: string
  /** Leaves out the lines that copy the figure. */
  @property({ type: Boolean, attribute: 'no-copies' }) noCopies = false
  /** Makes the address of a frame, if the page of `embed` reads another form than the package's own page. */
  @property({ attribute: false }) addressOf?: (view: CopiedView) => string
  @state() private _copied?: CopyKind
  @state() private _text = ''
  @state() private _isRefused = false
  private readonly _internals = this.attachInternals()
  private _first?: Chosen
  private _heard?: Selection | undefined
  private readonly _onChange = () => {
    this._first ??= this._now()
    this.requestUpdate()
  }

  /** Adds the views before the first drawing. Views that came later would move the page. */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot()
    this._internals.role = 'figure'
    const slot = document.createElement('slot')
    slot.addEventListener('slotchange', () => this._takeViews())
    root.append(slot)
    // A page can leave room for the caption until the words of its language are there.
    this.toggleAttribute('data-coming', true)
    return root
  }

  override render() {
    const { number, caption } = this
    const label = number === undefined ? nothing : html`<b>${words.figure.number(number)}</b> `
    return html`<div class="below" part="caption">
      <span class="caption">${label}<slot name="caption">${caption}</slot></span>
      <button type="button" class="reset" ?data-idle=${!this._isMoved} @click=${() => this.reset()}>
        ${words.figure.reset}
      </button>
      ${this.noCopies ? '' : this._copies()}
    </div>`
  }

  override disconnectedCallback(): void {
    this._hear(undefined)
    super.disconnectedCallback()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.hasUpdated) this._takeViews()
  }

  /** Shows the author's head and token again. */
  reset(): void {
    const { _heard: selection, _first: first } = this
    if (!selection || !first) return
    selection.choose(first.head)
    selection.hold(first.locked)
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed)
    this._internals.ariaLabel = this._captionText
    this.toggleAttribute('data-coming', false)
    if (changed.has('state')) this._takeViews()
  }

  /** The caption is drawn first: it is little work, and it decides where the text below the figure stands. */
  protected override isUrgent(): boolean {
    return !this.hasUpdated || super.isUrgent()
  }

  private get _views(): readonly GroupElement[] {
    return [...this.querySelectorAll('*')].filter((each): each is GroupElement => each instanceof GroupElement)
  }

  private _takeViews(): void {
    const [first] = this._views
    this._hear(first?.selection)
    for (const view of this._views) if ('readonly' in view) Reflect.set(view, 'readonly', this.state === 'fixed')
  }

  private _hear(selection: Selection | undefined): void {
    if (selection === this._heard) return
    this._heard?.removeEventListener('change', this._onChange)
    this._heard = selection
    delete this._first
    selection?.addEventListener('change', this._onChange)
    if (selection?.source) this._first = this._now()
  }

  /** What the group shows now; undefined as long as it shows nothing. */
  private _now(): Chosen | undefined {
    const { _heard: selection } = this
    return selection?.source && { head: selection.chosen, locked: selection.locked }
  }

  private get _isMoved(): boolean {
    const { _first: first, _heard: selection } = this
    if (!first || !selection || this.state === 'fixed') return false
    return !sameHead(first.head, selection.chosen) || !sameToken(first.locked, selection.locked)
  }

  private _copies(): TemplateResult {
    return html`<details part="copies">
      <summary>${words.figure.copy}</summary>
      <div class="ways">
        ${copyKinds.map(
          (kind) =>
            html`<button
              type="button"
              aria-pressed=${kind === this._copied ? 'true' : 'false'}
              title=${words.figure.titles[kind]}
              @click=${() => this._copy(kind)}
            >
              ${words.figure.kinds[kind]}
            </button>`
        )}
      </div>
      ${
        this._copied
          ? html`<p role="status">${this._isRefused ? words.figure.notCopied : words.figure.copied}</p>
              <textarea readonly aria-label=${words.figure.kinds[this._copied]} .value=${this._text}></textarea>`
          : ''
      }
    </details>`
  }

  /** The text of a kind that shows the figure as the reader sees it now. */
  textOf(kind: CopyKind): string {
    const views = this._views.map((view) => copied(view))
    const [view = { name: 'heads', attributes: {} }] = views
    const { addressOf = (each: CopiedView) => frameAddress(new URL(this.embed, document.baseURI).href, each) } = this
    return copyOf(kind, {
      ...{ caption: this._captionText, views, address: addressOf(view), script: this.script, picture: this.picture },
      height: Math.max(120, Math.ceil((this._views[0]?.getBoundingClientRect().height ?? 0) + 24))
    })
  }

  private get _captionText(): string {
    return (this.querySelector('[slot=caption]')?.textContent ?? this.caption).replace(/\s+/g, ' ').trim()
  }

  private _copy(kind: CopyKind): void {
    this._text = this.textOf(kind)
    this._copied = kind
    Promise.resolve()
      .then(() => navigator.clipboard.writeText(this._text))
      .then(
        () => (this._isRefused = false),
        () => (this._isRefused = true)
      )
  }
}

/** A view as a copy needs it: its attributes, the addresses whole, and the head and token that it shows. */
function copied(view: GroupElement): CopiedView {
  const { selection } = view
  const own = [...view.attributes].filter(({ name }) => !OF_THE_PAGE.includes(name) && !name.startsWith('data-'))
  const whole = (name: string, value: string) =>
    name === 'model' || name === 'src' ? new URL(value, document.baseURI).href : value
  const { model, src, text } = selection.origin
  const attributes: Attributes = {
    ...{ model: model && whole('model', model), src: src && whole('src', src), text },
    ...Object.fromEntries(own.map(({ name, value }) => [name, whole(name, value)])),
    ...(selection.source && selection.chosen),
    held: selection.locked?.query
  }
  return { name: view.localName.replace(/^attn-/, ''), attributes }
}

declare global {
  interface HTMLElementTagNameMap {
    'attn-figure': AttnFigure
  }
}
