/**
 * `attenscope/anywidget`: an element as a widget of a notebook, a book or an article. One file with all that it needs, the
 * worker and the engine included, after anywidget's front-end module (https://anywidget.dev/en/afm/).
 */
import { AttenscopeError, openTrace } from 'attenscope'
import { followTheme } from './page-theme.js'

/** What the host keeps of a widget. */
export interface WidgetModel {
  /** A trait's value. */
  get(name: string): unknown
  /** Sets a trait here; the other side hears of it with `save_changes`. */
  set(name: string, value: unknown): void
  /** Tells the other side what was set. */
  save_changes(): void
  /** Listens, such as to 'change:text'. */
  on(event: string, listener: () => void): void
  /** Listens no more. */
  off(event: string, listener: () => void): void
}

/**
 * What the widget reads of its model: what to show, and where from, which is a model and a text, or a saved trace.
 *
 * What the reader chooses and holds is written to `selection`: `{ layer, head, part?, locked? }`.
 */
export interface WidgetTraits {
  /** Which element, with or without `attn-`; 'heads' unless told. */
  readonly element?: string
  /** A model's folder or file by its address, or a Hugging Face id. */
  readonly model?: string
  /** The text that the model is run with. */
  readonly text?: string
  /** What an encoder–decoder is to have written from the text. */
  readonly target?: string
  /** The bytes of a saved trace, or its address. */
  readonly trace?: DataView | ArrayBuffer | Uint8Array<ArrayBuffer> | string
  /** The element's attributes by their names, or by those in Python: `{ layer: 1, max_tokens: 40, edits: [...] }`. */
  readonly options?: Readonly<Record<string, unknown>>
}

const TRAITS = ['element', 'model', 'text', 'target', 'trace', 'options'] as const satisfies (keyof WidgetTraits)[]

/** Hosts load the module for each widget anew; a tag can be registered once in a page. */
const registered = Symbol.for('attenscope.elements')

function registerElements(): Promise<unknown> {
  const page = globalThis as { [registered]?: Promise<unknown> }
  return (page[registered] ??= customElements.get('attn-heads') ? Promise.resolve() : import('../elements/define.js'))
}

/** `max_tokens` and `maxTokens` are the attribute max-tokens. */
const attributeOf = (name: string) =>
  name.replaceAll('_', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

function valueOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === false) return undefined
  if (value === true) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Some hosts have no other side to tell, or cannot forget a listener, and throw when asked to (MyST's theme does both). */
function unlessRefused(act: () => void): void {
  try {
    act()
  } catch {
    // The widget goes on without.
  }
}

/** One widget: its element, kept as its model says. */
class Widget {
  private _element?: HTMLElement & { trace?: unknown }
  private _set: readonly string[] = []
  private _trace: unknown
  private _theme: string | undefined

  constructor(
    private readonly _model: WidgetModel,
    private readonly _place: HTMLElement
  ) {}

  /** Makes the element what the model says it is. */
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

  /** What is wrong, in place of the picture. */
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

  /** The element in place, another one where another is asked for. */
  private _elementAsked(): HTMLElement & { trace?: unknown } {
    const { element = 'heads' } = this._traits()
    const tag = `attn-${String(element).replace(/^attn-/, '')}`
    if (this._element?.localName === tag) return this._element
    if (!/^attn-[a-z]+$/.test(tag) || !customElements.get(tag))
      throw new AttenscopeError(
        'option',
        `the widget's element is '${element}', which is none of the package's elements`
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

/** Shows an element in `el` and keeps it as the model says; gives what ends that. */
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

/** Shows an element in a page that is no host of widgets: it stays as the traits say; gives what ends it. */
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

/** The front-end module that hosts of widgets ask for. */
const widget = {
  /** Shows an element in `el` and keeps it as the model says; gives what ends that. */
  render
}

export default widget
