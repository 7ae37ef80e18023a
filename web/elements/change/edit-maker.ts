/** The state of the form. A refused edit stays in the form with the reason, and is not added to the list. */
import { AttenscopeError, type Model, type Part, type Target } from 'attenscope'
import type { ReactiveControllerHost } from 'lit'
import { editsOf, firstFields, type ChangeFields } from './change-fields.js'
import type { EditHistory } from './edit-history.js'
import { refusalOf } from './edit-list.js'
import type { SelectionDetail } from '../base/group-element.js'

export class EditMaker {
  fields: ChangeFields = firstFields
  /** The reason why the edit was refused. */
  refused: string | undefined
  /** True from the click on Add until the edit has run. */
  busy = false

  constructor(private readonly _host: ReactiveControllerHost) {}

  change(change: Partial<ChangeFields>): void {
    const { fields } = this
    // A new kind keeps the part, layer and head, but not the numbers. A patch starts with every token.
    const { kind = fields.kind } = change
    const isOther = kind !== fields.kind
    const { number, right, choice, from, step, query, key } = firstFields
    const isWhole = kind === 'patch' || kind === 'steer'
    this.fields = {
      ...fields,
      ...(isOther && { number, right, choice, from, step }),
      ...(isOther && (isWhole ? { query: '*' } : fields.query === '*' && { query })),
      // Another part has other tokens.
      ...(change.part !== undefined && change.part !== fields.part && { query: isWhole ? '*' : query, key }),
      ...change
    }
    this._host.requestUpdate()
  }

  /** Chooses the first attention of the model. */
  fit({ info }: Model): void {
    const has = (part: Part) => (info.parts[part]?.layers.length ?? 0) > 0
    if (has(this.fields.part)) return
    const part = (['decoder', 'cross', 'encoder'] as const).find(has) ?? 'encoder'
    const layer = String(info.parts[part]?.layers[0] ?? 0)
    this.fields = { ...firstFields, part, kind: info.F === 0 ? 'mask' : 'zero', layer }
  }

  /**
   * Chooses the query at the shown row, because a reader is likely to change its weight or score. Rows belong to the
   * decoder.
   */
  lookFrom(row: number): void {
    const { part, query } = this.fields
    if (part !== 'encoder' && query !== '*') this.change({ query: String(row) })
  }

  /** Takes the head and the two tokens of a weight that the reader chose in a view. */
  takeUp({ part, layer, head, locked: { query, key } = {} }: SelectionDetail): void {
    const isWeight = query !== undefined && key !== undefined
    this.change({
      ...(part && { part }),
      ...{ layer: String(layer), head: String(head) },
      ...(isWeight && { query: String(query), key: String(key) }),
      ...(isWeight && this.fields.kind !== 'score' && { kind: 'weight' as const })
    })
  }

  /** Adds the edits of the fields. `become` changes the list and runs the model under it. */
  async add(
    model: Model,
    target: Target | undefined,
    become: (act: (history: EditHistory) => void) => void
  ): Promise<void> {
    if (this.busy) return
    this.refused = undefined
    this.busy = true
    this._host.requestUpdate()
    try {
      const edits = await editsOf(this.fields, model, target)
      become((history) => history.add(...edits))
    } catch (error) {
      this._refuse(error instanceof Error ? error.message : String(error))
    }
  }

  /** Call this after the run under the edit succeeded. */
  done(): void {
    this.busy = false
  }

  /** True if an error is about the edit that was just added. The edit is then removed from the list. */
  took(error: unknown, history: EditHistory): boolean {
    const isRefusal = error instanceof AttenscopeError && /^(option|unsupported|shape|too-long)$/.test(error.code)
    if (!this.busy || !isRefusal) {
      this.busy = false
      return false
    }
    this._refuse(refusalOf(error, history.list)?.said ?? error.message)
    history.takeBack()
    return true
  }

  private _refuse(said: string): void {
    this.busy = false
    this.refused = said
    this._host.requestUpdate()
  }
}
