/**
 * What the linked views of one group have in hand: the patterns, a head, a token, and the colour scale.
 *
 * Pointing previews and is forgotten when the pointer leaves; a lock or a chosen head stays. Every change is announced,
 * and each view draws from `head` and `token`, so that the same thing is marked in all of them.
 */
import type { Edit, Part, PatternSource, Trace } from 'attenscope'
import { tensorName } from './layout.js'
import { sameHead, sameToken, type HeadRef, type TokenRef } from './refs.js'
import { usualScale, type ScaleKind } from './scale-kind.js'
import { onArrival, viewOf, type Viewable } from '../sources/viewable.js'
import { choosableHeads, TunedSource, UNTUNED, type Tuning } from '../sources/tuned-source.js'

/** What a change was about, so that a view can skip what does not concern it. */
export type SelectionAspect = 'source' | 'arrival' | 'head' | 'token' | 'scale'

/** Carries a change to the views of a group. */
export class SelectionEvent extends Event {
  constructor(readonly aspect: SelectionAspect) {
    super('change')
  }
}

/** Where what is shown came from, as far as a line of HTML can say it. */
export interface Origin {
  readonly model?: string
  readonly text?: string
  readonly target?: string
  readonly src?: string
  /** What was changed about the model. */
  readonly edits?: readonly Edit[]
}

/** What the views of a group share: what is shown, and what is pointed at, chosen and held. Tells each change as a `SelectionEvent`. */
export class Selection extends EventTarget {
  /** Set by whoever shows something. */
  origin: Origin = {}
  private _shown?: Viewable
  private _part?: Part
  private _writing = false
  private _chosen: HeadRef = { layer: 0, head: 0 }
  private _previewed?: HeadRef
  private _locked?: TokenRef
  private _pointed?: TokenRef
  /** Chosen for this group since the usual one was last set. */
  private _scale?: ScaleKind
  private _tuning: Tuning = UNTUNED
  private _unlisten?: () => void
  private _tuned?: { readonly of: PatternSource; readonly as: TunedSource }

  /** The patterns that the group shows, as the reader tuned them; they may grow in place. */
  get source(): TunedSource | undefined {
    const { given } = this
    if (!given) return undefined
    // The same for as long as nothing changes: pictures of it take up what is new.
    if (this._tuned?.of !== given) this._tuned = { of: given, as: new TunedSource(given, this._tuning) }
    return this._tuned.as
  }

  /** The patterns as they were given. */
  get given(): PatternSource | undefined {
    return this._shown && viewOf(this._shown, this.part)
  }

  /** What answers for more than patterns, over all queries; undefined where only patterns were given. */
  get trace(): Trace | undefined {
    return this._shown?.whole?.()
  }

  /** How the reader wants to see the patterns. */
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

  /** The parts that there are to choose from, the default first. */
  get parts(): readonly Part[] {
    const { _shown: shown } = this
    return !shown ? [] : 'view' in shown ? shown.parts : [shown.part]
  }

  /** Whose attention is shown: what was chosen, where the source has it, else the source's own default. */
  get part(): Part | undefined {
    const { parts } = this
    return this._part && parts.includes(this._part) ? this._part : parts[0]
  }

  /** Where a layer's tensor of a kind stands in the trace: 'blocks.0.attn.pattern'; two stacks say which is meant. */
  traceName(layer: number, kind = 'pattern'): string {
    const { part, parts } = this
    const hasTwo = parts.includes('cross') || this._shown?.info?.kind === 'encoder-decoder'
    return tensorName({ kind: hasTwo ? 'encoder-decoder' : 'decoder' }, part, layer, kind)
  }

  /** True while the source grows: views then follow the newest row. */
  get writing(): boolean {
    return this._writing
  }

  /** The head to draw: the one pointed at, else the chosen one, kept within what the source has. */
  get head(): HeadRef {
    return this._within(this._previewed ?? this._chosen)
  }

  /** True while a head is shown because it is pointed at. */
  get previewing(): boolean {
    return this._previewed !== undefined
  }

  /** The chosen head, kept within what the source has. */
  get chosen(): HeadRef {
    return this._within(this._chosen)
  }

  /** The token to mark: the one pointed at, else the locked one. */
  get token(): TokenRef | undefined {
    return this._present(this._pointed) ?? this._present(this._locked)
  }

  /** The token that is held, if it is there. */
  get locked(): TokenRef | undefined {
    return this._present(this._locked)
  }

  /** How colours follow weights. */
  get scale(): ScaleKind {
    return this._scale ?? usualScale()
  }

  /** Shows patterns, or tells that the ones shown have grown. A new text lets go of what was pointed at. */
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

  /** Another part has other tokens: what was held among these is let go. */
  choosePart(part: Part): void {
    if (part === this._part) return
    const before = this.part
    this._part = part
    if (this.part === before) return
    this._locked = this._pointed = this._previewed = undefined
    this._tell('source')
  }

  /** Shows a head for as long as it is pointed at. */
  preview(head: HeadRef | undefined): void {
    if (sameHead(head, this._previewed)) return
    this._previewed = head
    this._tell('head')
  }

  /** Shows a head until another is chosen. */
  choose(head: HeadRef): void {
    if (sameHead(head, this._chosen) && !this._previewed) return
    this._chosen = head
    this._previewed = undefined
    this._tell('head')
  }

  /** Marks a token for as long as it is pointed at. */
  point(token: TokenRef | undefined): void {
    if (sameToken(token, this._pointed)) return
    this._pointed = token
    this._tell('token')
  }

  /** Holds a token until it is let go; locking what is locked lets it go. */
  lock(token: TokenRef): void {
    this._locked = sameToken(token, this._locked) ? undefined : token
    this._pointed = undefined
    this._tell('token')
  }

  /** Escape: drops the preview and the lock. True where there was something to drop. */
  letGo(): boolean {
    if (!this._locked && !this._pointed && !this._previewed) return false
    this._locked = this._pointed = this._previewed = undefined
    this._tell('token')
    this._tell('head')
    return true
  }

  /** Sets how colours follow weights. */
  setScale(scale: ScaleKind): void {
    if (scale === this.scale) return
    this._scale = scale
    this._tell('scale')
  }

  /** Colours follow weights as is usual again. Told to nobody: who calls this knows. */
  forgetScale(): void {
    delete this._scale
  }

  private _within({ layer, head }: HeadRef): HeadRef {
    const { source } = this
    if (!source) return { layer, head }
    const { layers } = source
    // The nearest layer from below; they are in order.
    const present = layers.filter((candidate) => candidate <= layer).at(-1) ?? layers[0] ?? 0
    return { layer: present, head: head < choosableHeads(source) ? head : source.headCount - 1 }
  }

  /** A lock may come from a link, before its token has been written. */
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
