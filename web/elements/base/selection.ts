/**
 * The state that the linked views of a group share: the patterns, a head, a token and the colour scale.
 *
 * Pointing previews a head or token until the pointer leaves. A chosen head and a locked token stay. The selection
 * announces every change, and all views draw `head` and `token`, so that they mark the same head and token.
 */
import {
  AttenscopeError,
  type TraceStage,
  type Edit,
  type Part,
  type PatternSource,
  type Token,
  type Trace
} from 'attenscope'
import { tensorName } from './layout.js'
import { NamedWhileUsed } from './named-while-used.js'
import { sameHead, sameToken, type HeadRef, type TokenRef } from './refs.js'
import { usualScale, type ScaleKind } from './scale-kind.js'
import { onArrival, viewOf, type Viewable } from '../sources/viewable.js'
import { choosableHeads, TunedSource, UNTUNED, type Tuning } from '../sources/tuned-source.js'
import { onPage } from '../../shared/on-page.js'

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

/** What the selections of a group share. An absent value is one that nobody has set. */
interface Shared {
  origin: Origin
  drawing?: Drawing | undefined
  shown?: Viewable | undefined
  part?: Part
  writing: boolean
  chosen?: HeadRef
  previewed?: HeadRef | undefined
  locked?: TokenRef | undefined
  pointed?: TokenRef | undefined
  /** The scale that a reader chose for this group since the usual scale was last set. */
  scale?: ScaleKind | undefined
  tuning: Tuning
  unlisten?: () => void
  tuned?: { readonly of: PatternSource; readonly as: TunedSource } | undefined
  /** The selections that announce each change. */
  readonly members: Set<Selection>
  /** How many connected elements use these selections. */
  users: number
  /** The name of the group. */
  group?: string
}

const unset = (): Shared => ({ origin: {}, writing: false, tuning: UNTUNED, members: new Set(), users: 0 })

/** The head of a group in which nobody has chosen a head. */
const FIRST: HeadRef = { layer: 0, head: 0 }

/** The choices that a selection takes along when it joins another, each with the subject of its change. */
const CHOICES = { part: 'source', chosen: 'head', locked: 'token', scale: 'scale' } as const

/**
 * The patterns, head, token and scale of a group. Dispatches a `SelectionEvent` named 'change' at each change.
 *
 * An element has one selection from its constructor on. When the element joins a group, its selection shares the
 * group's patterns, head and token, and remains the same object.
 */
export class Selection extends EventTarget {
  private _own = unset()
  private _state = this._own
  /** How many connected elements use this selection. */
  private _users = 0

  constructor() {
    super()
    this._own.members.add(this)
  }

  /** A new selection for a group of this name. */
  static of(group: string): Selection {
    const selection = new Selection()
    selection._own.group = group
    return selection
  }

  /** The origin of the patterns. Whoever calls `show` sets it. */
  get origin(): Origin {
    return this._state.origin
  }

  /** Sets the origin of the patterns. */
  set origin(origin: Origin) {
    this._state.origin = origin
  }

  /**
   * Shares the patterns, head, token and scale of another selection from now on; without another, starts anew. The
   * choices that were made here before are kept where the other selection has none.
   */
  join(other?: Selection): void {
    const mine = this._state
    const theirs = other ? other._state : unset()
    if (mine === theirs) return
    mine.members.delete(this)
    countUsers(mine, -this._users)
    countUsers(theirs, this._users)
    if (!other) this._own = theirs
    this._state = theirs
    if (!other || this._users > 0) theirs.members.add(this)
    if (!other || mine !== this._own) return
    for (const [name, aspect] of Object.entries(CHOICES) as [keyof typeof CHOICES, SelectionAspect][]) {
      if (theirs[name] !== undefined || mine[name] === undefined) continue
      Object.assign(theirs, { [name]: mine[name] })
      this._tell(aspect)
    }
  }

  /** An element that uses this selection entered the page: the selection announces the changes of its group. */
  enter(): void {
    this._users++
    countUsers(this._state, 1)
    this._state.members.add(this)
  }

  /** The element left the page. A group does not keep the selections of elements that left. */
  leave(): void {
    countUsers(this._state, -1)
    if (--this._users <= 0 && this._state !== this._own) this._state.members.delete(this)
  }

  /** The patterns that the group shows, as the reader tuned them. They may grow in place. */
  get source(): TunedSource | undefined {
    const { given, _state: state } = this
    if (!given) return undefined
    // The object stays the same until the tuning changes, so that pictures only add the new rows.
    if (state.tuned?.of !== given) state.tuned = { of: given, as: new TunedSource(given, state.tuning) }
    return state.tuned.as
  }

  /** The patterns or the trace that `show` was called with last. */
  get shown(): Viewable | undefined {
    return this._state.shown
  }

  /** The patterns as they were given, without the reader's tuning. */
  get given(): PatternSource | undefined {
    return this._state.shown && viewOf(this._state.shown, this.part)
  }

  /** The trace of the patterns, over all queries; `undefined` if only patterns were given. */
  get trace(): Trace | undefined {
    return this._state.shown?.whole?.()
  }

  /** The reader's settings for the patterns. */
  get tuning(): Tuning {
    return this._state.tuning
  }

  /** Changes how the patterns are shown. */
  tune(tuning: Partial<Tuning>): void {
    const { _state: state } = this
    const next = { ...state.tuning, ...tuning }
    if (next.shown === state.tuning.shown && next.withoutFirst === state.tuning.withoutFirst) return
    state.tuning = next
    state.tuned = undefined
    this._tell('source')
  }

  /** The parts of the model that the source has, the default first. */
  get parts(): readonly Part[] {
    const { shown } = this._state
    return !shown ? [] : 'view' in shown ? shown.parts : [shown.part]
  }

  /** The part that is shown: the chosen part if the source has it, else the source's default. */
  get part(): Part | undefined {
    const { parts } = this
    const { part } = this._state
    return part && parts.includes(part) ? part : parts[0]
  }

  /**
   * The name of a layer's tensor in the trace, such as 'blocks.0.attn.pattern'. A model with two stacks puts the stack
   * in front.
   */
  traceName(layer: number, stage: TraceStage = 'pattern'): string {
    const { part, parts } = this
    const hasTwo = parts.includes('cross') || this._state.shown?.info?.kind === 'encoder-decoder'
    return tensorName({ kind: hasTwo ? 'encoder-decoder' : 'decoder' }, part, layer, stage)
  }

  /** True while a text is being written: views then follow the newest row. */
  get writing(): boolean {
    return this._state.writing
  }

  /** The current head: the previewed head, else the chosen head, limited to the heads of the source. */
  get head(): HeadRef {
    return this._within(this._state.previewed ?? this._state.chosen ?? FIRST)
  }

  /** True while a head is previewed. */
  get previewing(): boolean {
    return this._state.previewed !== undefined
  }

  /** The chosen head, limited to the heads of the source. */
  get chosen(): HeadRef {
    return this._within(this._state.chosen ?? FIRST)
  }

  /** The current token: the token pointed at, else the locked token. */
  get token(): TokenRef | undefined {
    return this._present(this._state.pointed) ?? this._present(this._state.locked)
  }

  /** The locked token, if the source has it. */
  get locked(): TokenRef | undefined {
    return this._present(this._state.locked)
  }

  /** How colours follow weights. */
  get scale(): ScaleKind {
    return this._state.scale ?? usualScale()
  }

  /** How the next token of the text is drawn; `undefined` if no element of the group writes. */
  get drawing(): Drawing | undefined {
    return this._state.drawing
  }

  /** Announces how the next token is drawn, by an event of its own: only few views depend on it. */
  setDrawing(drawing: Drawing | undefined): void {
    this._state.drawing = drawing
    for (const member of new Set([this, ...this._state.members])) member.dispatchEvent(new Event('drawing'))
  }

  /** Shows patterns, or announces that the shown patterns have grown. A new source ends the pointing at a token. */
  show(source: Viewable | undefined, writing = false): void {
    const { _state: state } = this
    if (source !== state.shown) {
      state.unlisten?.()
      state.unlisten = onArrival(source, () => tell(state, 'arrival'))
      state.pointed = undefined
      state.tuning = { ...state.tuning, shown: Infinity }
      state.tuned = undefined
    }
    state.shown = source
    state.writing = writing
    this._tell('source')
  }

  /** Shows another part. Its tokens differ, so the locked token is released. */
  choosePart(part: Part): void {
    const { _state: state } = this
    if (part === state.part) return
    const before = this.part
    state.part = part
    if (this.part === before) return
    state.locked = state.pointed = state.previewed = undefined
    this._tell('source')
  }

  /** Shows a head while the reader points at it; `undefined` ends the preview. */
  preview(head: HeadRef | undefined): void {
    checkIndexes(head)
    if (sameHead(head, this._state.previewed)) return
    this._state.previewed = head
    this._tell('head')
  }

  /** Shows a head until another head is chosen. */
  choose(head: HeadRef): void {
    checkIndexes(head)
    const { _state: state } = this
    const isNew = !sameHead(head, state.chosen ?? FIRST) || state.previewed !== undefined
    state.chosen = head
    state.previewed = undefined
    if (isNew) this._tell('head')
  }

  /** Marks a token while the reader points at it; `undefined` ends the mark. */
  point(token: TokenRef | undefined): void {
    checkIndexes(token)
    if (sameToken(token, this._state.pointed)) return
    this._state.pointed = token
    this._tell('token')
  }

  /** Locks a token until it is released. Locking the locked token releases it. */
  lock(token: TokenRef): void {
    checkIndexes(token)
    const { _state: state } = this
    state.locked = sameToken(token, state.locked) ? undefined : token
    state.pointed = undefined
    this._tell('token')
  }

  /** Locks a token if none is locked yet, as an element's attribute does, or replaces the token that is locked. */
  hold(token: TokenRef | undefined, isFirst = false): void {
    const { _state: state } = this
    checkIndexes(token)
    if ((isFirst && state.locked) || sameToken(token, state.locked)) return
    state.locked = token
    this._tell('token')
  }

  /** Ends previews and releases the locked token, as Escape does. Returns false if there was nothing to end. */
  letGo(): boolean {
    const { _state: state } = this
    if (!state.locked && !state.pointed && !state.previewed) return false
    state.locked = state.pointed = state.previewed = undefined
    this._tell('token')
    this._tell('head')
    return true
  }

  /** Sets how colours follow weights in this group. */
  setScale(scale: ScaleKind): void {
    if (scale === this.scale) return
    this._state.scale = scale
    this._tell('scale')
  }

  /** Returns to the usual scale, without an event. */
  forgetScale(): void {
    this._state.scale = undefined
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
    tell(this._state, aspect, this)
  }
}

/** Throws 'option' for a number that is no index: no patterns have such a layer, head or token. */
function checkIndexes(place: HeadRef | TokenRef | undefined): void {
  for (const [name, value] of Object.entries(place ?? {}) as [string, unknown][]) {
    if (value === undefined || (Number.isInteger(value) && (value as number) >= 0)) continue
    throw new AttenscopeError('option', `${name} is ${String(value)}, expected a whole number from 0 on`)
  }
}

/** Announces a change on every member, and on the selection that made the change if it is no member. */
function tell({ members }: Shared, aspect: SelectionAspect, by?: Selection): void {
  for (const member of new Set(by ? [by, ...members] : members)) member.dispatchEvent(new SelectionEvent(aspect))
}

/** Copies of the package on one page share the groups. */
const groups = onPage('groups', () => new NamedWhileUsed<Selection>())

/** A group whose last element has left the page does not keep its patterns. */
function countUsers(state: Shared, more: number): void {
  const before = state.users
  state.users += more
  const { group, users } = state
  if (group !== undefined && before > 0 !== users > 0) groups.setUsed(group, users > 0)
}

/** The selection that all elements with this `group` share. */
export function selectionFor(group: string): Selection {
  return groups.get(group, () => Selection.of(group))
}
