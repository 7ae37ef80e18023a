/** A view of attention: it draws its group's patterns, a saved trace, or a text that it runs through a model by itself. */
import type { Model } from 'attenscope'
import type { PropertyValues, TemplateResult } from 'lit'
import { property, state } from 'lit/decorators.js'
import { FollowedLoad } from './followed-load.js'
import { GroupElement } from './group-element.js'
import { InView } from './in-view.js'
import { traceAt } from './model-registry.js'
import { emptyState, errorState, loadState } from './states.js'
import { words } from './words.js'

const SOURCES = ['model', 'text', 'target', 'src'] as const

export abstract class ViewElement extends GroupElement {
  /** A model's folder by its address, or a model that is loaded or being loaded; with `text`, the element runs it by itself. */
  @property() model?: string | Model | Promise<Model>
  @property() text?: string
  /** What an encoder–decoder is to have written from the text; without it, it writes by itself. */
  @property() target?: string
  /** The address of a saved trace, which needs no engine; beside a model it is what is seen until the model has run. */
  @property() src?: string
  @state() private _failure?: unknown
  private readonly _followed = new FollowedLoad(this, () => this._run())
  private readonly _inView = new InView(this, () => this._start())

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    if (SOURCES.some((name) => changed.has(name))) this._start()
  }

  /** What to show while there is no picture; undefined when there is one. */
  protected placeholder(): TemplateResult | undefined {
    const { load } = this._followed
    const { source } = this
    if (this._failure !== undefined) return errorState(this._failure, () => this._start())
    // A saved trace is worth more than the news of a load.
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

  /** Whether there is a picture to come, as soon as somebody looks. */
  private get _isAsked(): boolean {
    return this.src !== undefined || (this.model !== undefined && this.text !== undefined)
  }

  /** The engine starts when somebody can see what it computes. */
  private _start(): void {
    this._failure = undefined
    if (!this._inView.isSeen) return
    if (this.src !== undefined && !this.source) this._open(this.src)
    this._followed.follow(this.text === undefined ? undefined : this.model || undefined)
  }

  private _open(src: string): void {
    this._follow(traceAt(src), () => src === this.src && !this._followed.model)
  }

  private _run(): void {
    const { text, target, _followed: followed } = this
    const { load } = followed
    if (!load || text === undefined) return
    this._failure = undefined
    this._follow(load.run(text, target), () => load === followed.load && text === this.text && target === this.target)
  }

  private _follow(coming: Promise<NonNullable<GroupElement['trace']>>, isCurrent: () => boolean): void {
    coming.then(
      (source) => {
        if (isCurrent()) this.selection.show(source)
      },
      (error: unknown) => {
        if (isCurrent()) this._failure = error
      }
    )
  }
}
