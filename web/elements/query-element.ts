/** A view of what one head computes for one query, key by key. */
import { type PropertyValues, type TemplateResult } from 'lit'
import { property } from 'lit/decorators.js'
import { Asked } from './asked.js'
import { queryInHand, readQuery, type QueryData } from './query-data.js'
import { emptyState, errorState } from './states.js'
import { ViewElement } from './view-element.js'
import { words } from './words.js'

export abstract class QueryElement extends ViewElement {
  /** How many keys are shown, the strongest. */
  @property({ type: Number, attribute: 'most-keys' }) mostKeys = 12
  protected readonly asked = new Asked<QueryData>(this)

  /** The picture of a query's numbers. */
  protected abstract draw(data: QueryData): TemplateResult

  override render() {
    const placeholder = this.placeholder()
    if (placeholder) return placeholder
    const { value, error } = this.asked
    if (error !== undefined) return errorState(error, () => this._ask(true))
    if (!this.selection.trace) return emptyState(words.view.patternsOnly)
    return value ? this.draw(value) : emptyState(words.view.computing)
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    this._ask()
  }

  protected keyInHand(data: QueryData): number | undefined {
    const key = this.selection.token?.key
    return key !== undefined && key < data.keys ? key : undefined
  }

  /** Up and down between keys, Enter holds one, Escape lets go. */
  protected readonly onRowKey = (event: KeyboardEvent): void => {
    const { value } = this.asked
    const row = event
      .composedPath()
      .find((node): node is HTMLElement => node instanceof HTMLElement && 'key' in node.dataset)
    if (!value || !row) return
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-key]')]
    const at = rows.indexOf(row)
    const next = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows.at(-1) }[event.key]
    if (next) {
      next.focus()
      this.point({ query: value.query, key: Number(next.dataset.key) })
    } else if (event.key === 'Enter' || event.key === ' ')
      this.lock({ query: value.query, key: Number(row.dataset.key) })
    else if (event.key !== 'Escape' || !this.letGo()) return
    event.preventDefault()
  }

  private _ask(again = false): void {
    const { source, selection } = this
    const { trace } = selection
    if (!source || !trace || source.queries.count === 0) return this.asked.clear()
    const { layer, head: chosen } = selection.head
    // There is no walk of a mean.
    const head = Math.min(chosen, source.headCount - 1)
    const query = queryInHand(selection, source)
    const question = () => readQuery(trace, selection, source, { layer, head }, query)
    if (again) this.asked.retry(question)
    else this.asked.ask([selection.given, source.part, layer, head, query], question)
  }
}
