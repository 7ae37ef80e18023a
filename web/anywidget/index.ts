/**
 * `attenscope/anywidget`: an element as a widget in a notebook, a book or an article. The build makes one file of it, with the
 * worker and the engine inside, in the form of anywidget's front-end modules (https://anywidget.dev/en/afm/).
 */
import { AttenscopeError, openTrace } from 'attenscope'
import { followTheme } from './page-theme.js'

/** The model of a widget: the traits that the host stores. */
export interface WidgetModel {
  /** The value of a trait. */
  get(name: string): unknown
  /** Sets a trait in the page. `save_changes` sends it to the kernel. */
  set(name: string, value: unknown): void
  /** Sends the changed traits to the kernel. */
  save_changes(): void
  /** Adds a listener to an event, such as 'change:text'. */
  on(event: string, listener: () => void): void
  /** Removes a listener. */
  off(event: string, listener: () => void): void
}

/**
 * The traits of a widget: the element, and its source, which is a model and a text, or a saved trace.
 *
 * The widget writes the reader's choice of head and tokens to the trait `selection`: `{ layer, head, part?, locked? }`.
 */
export interface WidgetTraits {
  /** The name of the element, with or without `attn-`; default 'heads'. */
  readonly element?: string
  /** The URL of a model's folder or file, or a Hugging Face id. */
  readonly model?: string
  /** The input text of the model. */
  readonly text?: string
  /** The target text of an encoder–decoder. */
  readonly target?: string
  /** The bytes of a saved trace, or its URL. */
  readonly trace?: DataView | ArrayBuffer | Uint8Array<ArrayBuffer> | string
  /**
   * The attributes of the element. Names in Python's form are allowed: `{ layer: 1, max_tokens: 40, edits: [...] }`.
   */
  readonly options?: Readonly<Record<string, unknown>>
}

const TRAITS = ['element', 'model', 'text', 'target', 'trace', 'options'] as const satisfies (keyof WidgetTraits)[]

/** Hosts load this module again for each widget, but a page can register a tag only once. */
const registered = Symbol.for('attenscope.elements')

function registerElements(): Promise<unknown> {
  const page = globalThis as { [registered]?: Promise<unknown> }
  return (page[registered] ??= customElements.get('attn-heads') ? Promise.resolve() : import('../elements/define.js'))
}

/** `max_tokens` and `maxTokens` become the attribute max-tokens. */
const attributeOf = (name: string) =>
  name.replaceAll('_', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

function valueOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === false) return undefined
  if (value === true) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Ignores the error of a host that cannot save changes or remove listeners, as in MyST's theme. */
function unlessRefused(act: () => void): void {
  try {
    act()
  } catch {
    // The widget works without this function of the host.
  }
}

/** One widget: keeps its element in step with the model. */
class Widget {
  private _element?: HTMLElement & { trace?: unknown }
  private _set: readonly string[] = []
  private _trace: unknown
  private _theme: string | undefined

  constructor(
    private readonly _model: WidgetModel,
    private readonly _place: HTMLElement
  ) {}

  /** Updates the element from the model. */
  async update(): Promise<void> {
    const element = this._elementAsked()
    const { model, text, target, trace, options } = this._traits()
    const src = typeof trace === 'string' ? trace : undefined
    const wanted = { 'data-theme': this._theme, model, text, target, src, ...options }
    const attributes = new Map(
      Object.entries(wanted).flatMap(([name, value]) => {
        const written = valueOf(value)
        return written === undefined ? [] : [[attributeOf(name), written] as const]
      })
    )
    for (const name of this._set) if (!attributes.has(name)) element.removeAttribute(name)
    for (const [name, value] of attributes) {
      if (element.getAttribute(name) !== value) element.setAttribute(name, value)
    }
    this._set = [...attributes.keys()]
    if (typeof trace === 'object' && trace !== this._trace) await this._open(trace)
  }

  show(theme: string | undefined): Promise<void> {
    this._theme = theme
    return this.update()
  }

  /** Shows an error in place of the element. */
  fail(error: unknown): void {
    const message = document.createElement('p')
    message.setAttribute('role', 'alert')
    message.textContent = error instanceof Error ? error.message : String(error)
    this._forget()
    this._place.replaceChildren(message)
  }

  private _traits(): WidgetTraits {
    return Object.fromEntries(TRAITS.map((name) => [name, this._model.get(name) ?? undefined]))
  }

  /** The current element, replaced if the model names another one. */
  private _elementAsked(): HTMLElement & { trace?: unknown } {
    const { element = 'heads' } = this._traits()
    const tag = `attn-${String(element).replace(/^attn-/, '')}`
    if (this._element?.localName === tag) return this._element
    if (!/^attn-[a-z]+$/.test(tag) || !customElements.get(tag))
      throw new AttenscopeError(
        'option',
        `the widget's element is '${element}', expected the name of one of the package's elements, such as 'heads'`
      )
    this._forget()
    this._element = document.createElement(tag)
    this._element.addEventListener('attn-selection', this._onSelection)
    this._place.replaceChildren(this._element)
    return this._element
  }

  private _forget(): void {
    this._element?.removeEventListener('attn-selection', this._onSelection)
    this._element = this._trace = undefined
    this._set = []
  }

  private async _open(bytes: Exclude<WidgetTraits['trace'], string | undefined>): Promise<void> {
    this._trace = bytes
    const element = this._element
    const opened = await openTrace(new Blob([bytes as DataView<ArrayBuffer>]))
    if (element && element === this._element && bytes === this._trace) element.trace = opened
  }

  private readonly _onSelection = (event: HTMLElementEventMap['attn-selection']): void => {
    this._model.set('selection', event.detail)
    unlessRefused(() => this._model.save_changes())
  }
}

/** Shows an element in `el` and keeps it in step with the model. The returned function removes the element. */
async function render({ model, el }: { model: WidgetModel; el: HTMLElement }): Promise<() => void> {
  await registerElements()
  const shown = new Widget(model, el)
  let isOver = false
  const orFail = (done: Promise<void>) => void done.catch((error: unknown) => shown.fail(error))
  const update = () => {
    if (!isOver) orFail(shown.update())
  }
  for (const name of TRAITS) model.on(`change:${name}`, update)
  const leaveTheme = followTheme((theme) => orFail(shown.show(theme)))
  return () => {
    isOver = true
    leaveTheme()
    for (const name of TRAITS) unlessRefused(() => model.off(`change:${name}`, update))
    el.replaceChildren()
  }
}

/**
 * Shows an element with these traits in a page without a host of widgets. The returned function removes the element.
 */
export function mount(el: HTMLElement, traits: WidgetTraits): Promise<() => void> {
  const given = new Map<string, unknown>(Object.entries(traits))
  const model: WidgetModel = {
    get: (name) => given.get(name),
    set: (name, value) => void given.set(name, value),
    save_changes: () => {},
    on: () => {},
    off: () => {}
  }
  return render({ model, el })
}

/** The front-end module that hosts of widgets import. */
const widget = {
  /** Shows an element in `el` and keeps it in step with the model. The returned function removes the element. */
  render
}

export default widget
