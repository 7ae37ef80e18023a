/** A view of attention: it draws its group's patterns, or runs a text through a model by itself. */
import type { Model } from 'attenscope'
import type { PropertyValues, TemplateResult } from 'lit'
import { property, state } from 'lit/decorators.js'
import { FollowedLoad } from './followed-load.js'
import { GroupElement } from './group-element.js'
import { emptyState, errorState, loadState } from './states.js'

export abstract class ViewElement extends GroupElement {
  /** A model's folder by its address, or a model that is loaded or being loaded; with `text`, the element runs it by itself. */
  @property() model?: string | Model | Promise<Model>
  @property() text?: string
  /** What an encoder–decoder is to have written from the text; without it, it writes by itself. */
  @property() target?: string
  @state() private _failure?: unknown
  private readonly _followed = new FollowedLoad(this, () => this._run())

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (changed.has('model') || changed.has('text') || changed.has('target')) this._start()
  }

  /** What to show while there is no picture; undefined when there is one. */
  protected placeholder(): TemplateResult | undefined {
    const { load } = this._followed
    const state = load && loadState(load)
    if (state) return state
    if (this._failure !== undefined) return errorState(this._failure, () => this._run())
    const { source } = this
    if (!source) return emptyState(load ? 'Reading the text …' : 'No text yet.')
    return source.queries.count === 0 ? emptyState('No attention yet: the model has not read a token.') : undefined
  }

  private _start(): void {
    this._failure = undefined
    this._followed.follow(this.text === undefined ? undefined : this.model || undefined)
  }

  private _run(): void {
    const { text, target, _followed: followed } = this
    const { load } = followed
    if (!load || text === undefined) return
    this._failure = undefined
    const isCurrent = () => load === followed.load && text === this.text && target === this.target
    load.run(text, target).then(
      (source) => {
        if (isCurrent()) this.selection.show(source)
      },
      (error: unknown) => {
        if (isCurrent()) this._failure = error
      }
    )
  }
}
