/** A view of attention: it draws its group's patterns, or runs a text through a model by itself. */
import type { PropertyValues, TemplateResult } from 'lit'
import { property, state } from 'lit/decorators.js'
import { GroupElement } from './group-element.js'
import { loadFor, type ModelLoad } from './model-registry.js'
import { emptyState, errorState, loadState } from './states.js'

export abstract class ViewElement extends GroupElement {
  /** A model's folder, by its address; with `text`, the element runs it by itself. */
  @property() model?: string
  @property() text?: string
  @state() private _load?: ModelLoad
  @state() private _failure?: unknown
  private readonly _onLoad = () => this._followLoad()

  override connectedCallback(): void {
    super.connectedCallback()
    this._load?.addEventListener('change', this._onLoad)
  }

  override disconnectedCallback(): void {
    this._load?.removeEventListener('change', this._onLoad)
    super.disconnectedCallback()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (changed.has('model') || changed.has('text')) this._start()
  }

  /** What to show while there is no picture; undefined when there is one. */
  protected placeholder(): TemplateResult | undefined {
    const load = this._load
    const state = load && loadState(load)
    if (state) return state
    if (this._failure !== undefined) return errorState(this._failure, () => this._followLoad())
    const { source } = this
    if (!source) return emptyState(load ? 'Reading the text …' : 'No text yet.')
    return source.queries.count === 0 ? emptyState('No attention yet: the model has not read a token.') : undefined
  }

  private _start(): void {
    this._load?.removeEventListener('change', this._onLoad)
    this._load = this._failure = undefined
    if (!this.model || this.text === undefined) return
    this._load = loadFor(this.model)
    this._load.addEventListener('change', this._onLoad)
    this._followLoad()
  }

  private _followLoad(): void {
    this.requestUpdate()
    const { _load: load, text } = this
    if (load?.status !== 'ready' || text === undefined) return
    this._failure = undefined
    const isCurrent = () => load === this._load && text === this.text
    load.run(text).then(
      (source) => {
        if (isCurrent()) this.selection.show(source)
      },
      (error: unknown) => {
        if (isCurrent()) this._failure = error
      }
    )
  }
}
