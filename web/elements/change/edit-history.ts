/** The reader's list of edits, with its history for undo and redo. */
import type { Edit } from 'attenscope'

/** An edit in the reader's list. */
export interface ListedEdit {
  readonly edit: Edit
  /** False while the edit is switched off but stays in the list. */
  readonly on: boolean
}

type List = readonly ListedEdit[]

/**
 * The list from an attribute or a link. Edits without `on` are switched on. Invalid edits are refused when they run.
 */
export function listEdits(given: readonly unknown[]): readonly ListedEdit[] {
  return given.map((item) => {
    const isListed = typeof item === 'object' && item !== null && 'edit' in item
    const { edit, on = true }: { readonly edit: unknown; readonly on?: boolean } = isListed ? item : { edit: item }
    // Always in this order, so that equal lists are equal as JSON.
    return { edit, on } as ListedEdit
  })
}

export class EditHistory {
  private _list: List
  private readonly _start: List
  private readonly _past: List[] = []
  private _future: List[] = []
  /** The index of the edit whose number was dragged last. A drag is undone as a whole. */
  private _dragged: number | undefined

  constructor(list: List = []) {
    this._list = this._start = list
  }

  get list(): List {
    return this._list
  }

  /** The edits that are switched on. */
  get edits(): readonly Edit[] {
    return this._list.filter(({ on }) => on).map(({ edit }) => edit)
  }

  get canUndo(): boolean {
    return this._past.length > 0
  }

  get canRedo(): boolean {
    return this._future.length > 0
  }

  /** True if the list differs from the first list. */
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

  /** Replaces an edit by the same edit with another number. */
  adjust(at: number, edit: Edit): void {
    const isDrag = this._dragged === at
    const list = this._list.map((item, index) => (index === at ? { ...item, edit } : item))
    if (isDrag) this._list = list
    else this._become(list)
    this._dragged = at
  }

  /** Swaps an edit with the edit `by` positions further on. If there is no such edit, the list stays. */
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

  /** Removes the last change, which was refused, from the list and from the history. */
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

  /** Returns to the first list. A reset can be undone. */
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
