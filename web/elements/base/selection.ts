/**
 * The state that the linked views of a group share: the patterns, a head, a token and the colour scale.
 *
 * Pointing previews a head or token until the pointer leaves. A chosen head and a locked token stay. The selection
 * announces every change, and all views draw `head` and `token`, so that they mark the same head and token.
 */
import type { TraceStage, Edit, Part, PatternSource, Token, Trace } from 'attenscope'
import { tensorName } from './layout.js'
import { sameHead, sameToken, type HeadRef, type TokenRef } from './refs.js'
import { usualScale, type ScaleKind } from './scale-kind.js'
import { onArrival, viewOf, type Viewable } from '../sources/viewable.js'
import { choosableHeads, TunedSource, UNTUNED, type Tuning } from '../sources/tuned-source.js'

/** The subject of a change, so that a view can ignore the changes that do not concern it. */
export type SelectionAspect = 'source' | 'arrival' | 'head' | 'token' | 'scale'

/** The event that tells the views of a group about a change. */
export class SelectionEvent extends Event {
  constructor(readonly aspect: SelectionAspect) {
    super('change')
  }
}

/** The origin of the patterns, as far as the attributes of an element can name it. */
export interface Origin {
  readonly model?: string
  readonly text?: string
  readonly target?: string
  readonly src?: string
  /** The edits of the model. */
  readonly edits?: readonly Edit[]
}

/** How the next token of a text is drawn; the element that writes the text knows. */
export interface Drawing {
  /** The temperature of sampling; at 0 the likeliest token is taken. */
  readonly temperature: number
  /** How many of the likeliest tokens are drawn from; 0 for all. */
  readonly topK: number
  /** True while tokens are drawn one after another. */
  readonly isDrawing: boolean
  /** The logits (V) after the first `count` tokens of the text; undefined if the text is no longer there. */
  logits(count: number): Promise<Float32Array | undefined>
  /** Tokens by their ids. */
  tokens(ids: readonly number[]): Promise<readonly Token[]>
}

/** The patterns, head, token and scale of a group. Dispatches a `SelectionEvent` named 'change' at each change. */
export class Selection extends EventTarget {
  /** Whoever calls `show` sets the origin. */
  origin: Origin = {}
  private _drawing?: Drawing | undefined
  private _shown?: Viewable
  private _part?: Part
  private _writing = false
  private _chosen: HeadRef = { layer: 0, head: 0 }
  private _previewed?: HeadRef
  private _locked?: TokenRef
  private _pointed?: TokenRef
  /** The scale that a reader chose for this group since the usual scale was last set. */
  private _scale?: ScaleKind
  private _tuning: Tuning = UNTUNED
  private _unlisten?: () => void
  private _tuned?: { readonly of: PatternSource; readonly as: TunedSource }

  /** The patterns that the group shows, as the reader tuned them. They may grow in place. */
  get source(): TunedSource | undefined {
    const { given } = this
    if (!given) return undefined
    // The object stays the same until the tuning changes, so that pictures only add the new rows.
    if (this._tuned?.of !== given) this._tuned = { of: given, as: new TunedSource(given, this._tuning) }
    return this._tuned.as
  }

  /** The patterns as they were given, without the reader's tuning. */
  get given(): PatternSource | undefined {
    return this._shown && viewOf(this._shown, this.part)
  }

  /** The trace of the patterns, over all queries; `undefined` if only patterns were given. */
  get trace(): Trace | undefined {
    return this._shown?.whole?.()
  }

  /** The reader's settings for the patterns. */
  get tuning(): Tuning {
    return this._tuning
  }

  /** Changes how the patterns are shown. */
  tune(tuning: Partial<Tuning>): void {
    const next = { ...this._tuning, ...tuning }
    if (next.shown === this._tuning.shown && next.withoutFirst === this._tuning.withoutFirst) return
    this._tuning = next
    this._tuned = undefined
    this._tell('source')
  }

  /** The parts of the model that the source has, the default first. */
  get parts(): readonly Part[] {
    const { _shown: shown } = this
    return !shown ? [] : 'view' in shown ? shown.parts : [shown.part]
  }

  /** The part that is shown: the chosen part if the source has it, else the source's default. */
  get part(): Part | undefined {
    const { parts } = this
    return this._part && parts.includes(this._part) ? this._part : parts[0]
  }

  /**
   * The name of a layer's tensor in the trace, such as 'blocks.0.attn.pattern'. A model with two stacks puts the stack
   * in front.
   */
  traceName(layer: number, stage: TraceStage = 'pattern'): string {
    const { part, parts } = this
    const hasTwo = parts.includes('cross') || this._shown?.info?.kind === 'encoder-decoder'
    return tensorName({ kind: hasTwo ? 'encoder-decoder' : 'decoder' }, part, layer, stage)
  }

  /** True while a text is being written: views then follow the newest row. */
  get writing(): boolean {
    return this._writing
  }

  /** The current head: the previewed head, else the chosen head, limited to the heads of the source. */
  get head(): HeadRef {
    return this._within(this._previewed ?? this._chosen)
  }

  /** True while a head is previewed. */
  get previewing(): boolean {
    return this._previewed !== undefined
  }

  /** The chosen head, limited to the heads of the source. */
  get chosen(): HeadRef {
    return this._within(this._chosen)
  }

  /** The current token: the token pointed at, else the locked token. */
  get token(): TokenRef | undefined {
    return this._present(this._pointed) ?? this._present(this._locked)
  }

  /** The locked token, if the source has it. */
  get locked(): TokenRef | undefined {
    return this._present(this._locked)
  }

  /** How colours follow weights. */
  get scale(): ScaleKind {
    return this._scale ?? usualScale()
  }

  /** How the next token of the text is drawn; `undefined` if no element of the group writes. */
  get drawing(): Drawing | undefined {
    return this._drawing
  }

  /** Announces how the next token is drawn, by an event of its own: only few views depend on it. */
  setDrawing(drawing: Drawing | undefined): void {
    this._drawing = drawing
    this.dispatchEvent(new Event('drawing'))
  }

  /** Shows patterns, or announces that the shown patterns have grown. A new source ends the pointing at a token. */
  show(source: Viewable | undefined, writing = false): void {
    if (source !== this._shown) {
      this._unlisten?.()
      this._unlisten = onArrival(source, () => this._tell('arrival'))
      this._pointed = undefined
      this._tuning = { ...this._tuning, shown: Infinity }
      this._tuned = undefined
    }
    this._shown = source
    this._writing = writing
    this._tell('source')
  }

  /** Shows another part. Its tokens differ, so the locked token is released. */
  choosePart(part: Part): void {
    if (part === this._part) return
    const before = this.part
    this._part = part
    if (this.part === before) return
    this._locked = this._pointed = this._previewed = undefined
    this._tell('source')
  }

  /** Shows a head while the reader points at it; `undefined` ends the preview. */
  preview(head: HeadRef | undefined): void {
    if (sameHead(head, this._previewed)) return
    this._previewed = head
    this._tell('head')
  }

  /** Shows a head until another head is chosen. */
  choose(head: HeadRef): void {
    if (sameHead(head, this._chosen) && !this._previewed) return
    this._chosen = head
    this._previewed = undefined
    this._tell('head')
  }

  /** Marks a token while the reader points at it; `undefined` ends the mark. */
  point(token: TokenRef | undefined): void {
    if (sameToken(token, this._pointed)) return
    this._pointed = token
    this._tell('token')
  }

  /** Locks a token until it is released. Locking the locked token releases it. */
  lock(token: TokenRef): void {
    this._locked = sameToken(token, this._locked) ? undefined : token
    this._pointed = undefined
    this._tell('token')
  }

  /** Ends previews and releases the locked token, as Escape does. Returns false if there was nothing to end. */
  letGo(): boolean {
    if (!this._locked && !this._pointed && !this._previewed) return false
    this._locked = this._pointed = this._previewed = undefined
    this._tell('token')
    this._tell('head')
    return true
  }

  /** Sets how colours follow weights in this group. */
  setScale(scale: ScaleKind): void {
    if (scale === this.scale) return
    this._scale = scale
    this._tell('scale')
  }

  /** Returns to the usual scale, without an event. */
  forgetScale(): void {
    delete this._scale
  }

  private _within({ layer, head }: HeadRef): HeadRef {
    const { source } = this
    if (!source) return { layer, head }
    const { layers } = source
    // The nearest layer from below; the layers are in order.
    const present = layers.filter((candidate) => candidate <= layer).at(-1) ?? layers[0] ?? 0
    return { layer: present, head: head < choosableHeads(source) ? head : source.headCount - 1 }
  }

  /** A link may name a locked token that is not written yet. */
  private _present(token: TokenRef | undefined): TokenRef | undefined {
    const { source } = this
    if (!token || !source) return undefined
    const { query = 0, key = 0 } = token
    return query < (source.queryTokens.length || source.queries.count) && key < source.tokens.length ? token : undefined
  }

  private _tell(aspect: SelectionAspect): void {
    this.dispatchEvent(new SelectionEvent(aspect))
  }
}

const groups = new Map<string, Selection>()

/** The selection that all elements with this `group` share. */
export function selectionFor(group: string): Selection {
  let selection = groups.get(group)
  if (!selection) groups.set(group, (selection = new Selection()))
  return selection
}
