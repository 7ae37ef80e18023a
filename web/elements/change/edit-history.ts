/** The list of edits that a reader makes, with what was before and what was taken back. */
import type { Edit } from 'attenscope'

/** An edit in a reader's list. */
export interface ListedEdit {
  readonly edit: Edit
  /** False while it is switched off: it stays in the list. */
  readonly on: boolean
}

type List = readonly ListedEdit[]

/** What an attribute or a link gives: edits, plain ones being on. Whether each is one is found out when it runs. */
export function listEdits(given: readonly unknown[]): readonly ListedEdit[] {
  return given.map((item) => {
    const isListed = typeof item === 'object' && item !== null && 'edit' in item
    return isListed ? ({ on: true, ...item } as ListedEdit) : ({ edit: item, on: true } as ListedEdit)
  })
}

export class EditHistory {
  private _list: List
  private readonly _start: List
  private readonly _past: List[] = []
  private _future: List[] = []
  /** Whose number was dragged last: a drag is undone as a whole. */
  private _dragged: number | undefined

  constructor(list: List = []) {
    this._list = this._start = list
  }

  get list(): List {
    return this._list
  }

  /** Those that act. */
  get edits(): readonly Edit[] {
    return this._list.filter(({ on }) => on).map(({ edit }) => edit)
  }

  get canUndo(): boolean {
    return this._past.length > 0
  }

  get canRedo(): boolean {
    return this._future.length > 0
  }

  /** Whether anything differs from where the list began. */
  get canReset(): boolean {
    return this._list !== this._start
  }

  add(...edits: readonly Edit[]): void {
    this._become([...this._list, ...edits.map((edit) => ({ edit, on: true }))])
  }

  remove(at: number): void {
    this._become(this._list.filter((_, index) => index !== at))
  }

  toggle(at: number): void {
    this._become(this._list.map((item, index) => (index === at ? { ...item, on: !item.on } : item)))
  }

  /** Puts another number into an edit. */
  adjust(at: number, edit: Edit): void {
    const isDrag = this._dragged === at
    const list = this._list.map((item, index) => (index === at ? { ...item, edit } : item))
    if (isDrag) this._list = list
    else this._become(list)
    this._dragged = at
  }

  /** Exchanges it with the one `by` places further on; nothing where there is none. */
  move(at: number, by: number): void {
    const [item, other] = [this._list[at], this._list[at + by]]
    if (!item || !other) return
    this._become(this._list.map((each, index) => (index === at ? other : index === at + by ? item : each)))
  }

  undo(): void {
    const before = this._past.pop()
    if (!before) return
    this._dragged = undefined
    this._future.push(this._list)
    this._list = before
  }

  /** Undoes what turned out to be refused, as if it had never been. */
  takeBack(): void {
    this._list = this._past.pop() ?? this._list
  }

  redo(): void {
    const after = this._future.pop()
    if (!after) return
    this._dragged = undefined
    this._past.push(this._list)
    this._list = after
  }

  /** Back to where the list began; that too can be taken back. */
  reset(): void {
    if (this.canReset) this._become(this._start)
  }

  private _become(list: List): void {
    this._past.push(this._list)
    this._future = []
    this._list = list
    this._dragged = undefined
  }
}
