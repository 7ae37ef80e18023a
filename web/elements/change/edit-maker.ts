/** What the form holds and what became of it: an edit that is refused stays there, with the reason, and changes nothing. */
import { AttenscopeError, type Model, type Part, type Target } from 'attenscope'
import type { ReactiveControllerHost } from 'lit'
import { editsOf, firstFields, type ChangeFields } from './change-fields.js'
import type { EditHistory } from './edit-history.js'
import { refusalOf } from './edit-list.js'
import type { SelectionDetail } from '../base/group-element.js'

export class EditMaker {
  fields: ChangeFields = firstFields
  /** Why the edit was refused, if it was. */
  refused: string | undefined
  /** True from Add until the edit has run. */
  busy = false

  constructor(private readonly _host: ReactiveControllerHost) {}

  change(change: Partial<ChangeFields>): void {
    const { fields } = this
    // Another kind keeps its place, not the numbers of the one before; what comes from elsewhere comes for every token.
    const { kind = fields.kind } = change
    const isOther = kind !== fields.kind
    const { number, right, choice, from, step, query, key } = firstFields
    const isWhole = kind === 'patch' || kind === 'steer'
    this.fields = {
      ...fields,
      ...(isOther && { number, right, choice, from, step }),
      ...(isOther && (isWhole ? { query: '*' } : fields.query === '*' && { query })),
      // Another side has other tokens.
      ...(change.part !== undefined && change.part !== fields.part && { query: isWhole ? '*' : query, key }),
      ...change
    }
    this._host.requestUpdate()
  }

  /** Begins with the first attention that the model has. */
  fit({ info }: Model): void {
    const has = (part: Part) => (info.parts[part]?.layers.length ?? 0) > 0
    if (has(this.fields.part)) return
    const part = (['decoder', 'cross', 'encoder'] as const).find(has) ?? 'encoder'
    const layer = String(info.parts[part]?.layers[0] ?? 0)
    this.fields = { ...firstFields, part, kind: info.F === 0 ? 'mask' : 'zero', layer }
  }

  /** The token in hand is where a weight or a score is likely to be meant; it is one of those that are written. */
  lookFrom(row: number): void {
    const { part, query } = this.fields
    if (part !== 'encoder' && query !== '*') this.change({ query: String(row) })
  }

  /** Takes what is chosen in the pictures: the head, and the two tokens of a weight. */
  takeUp({ part, layer, head, locked: { query, key } = {} }: SelectionDetail): void {
    const isWeight = query !== undefined && key !== undefined
    this.change({
      ...(part && { part }),
      ...{ layer: String(layer), head: String(head) },
      ...(isWeight && { query: String(query), key: String(key) }),
      ...(isWeight && this.fields.kind !== 'score' && { kind: 'weight' as const })
    })
  }

  /** Adds what the fields mean; `become` changes the list and runs under it. */
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

  /** The run under the edit has ended well. */
  done(): void {
    this.busy = false
  }

  /** True where an error is about what was added just now, which is then taken out of the list. */
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
