/** The base class of views that show how one head computes one query's weights, key by key. */
import { html, type PropertyValues, type TemplateResult } from 'lit'
import { property } from 'lit/decorators.js'
import { Asked } from './asked.js'
import { partsFigure, type Figure, type Table } from '../parts/figure.js'
import { queryInHand, readQuery, type QueryData } from '../sources/query-data.js'
import { labelText } from '../parts/token-text.js'
import { emptyState, failedState } from '../parts/states.js'
import { ViewElement } from './view-element.js'
import * as words from '../words/index.js'

const STAGES = ['scores', 'scaled', 'squashed', 'masked', 'pattern'] as const
const VECTORS = ['k', 'v'] as const

export abstract class QueryElement extends ViewElement {
  /** How many keys are shown: those with the largest weights. */
  @property({ type: Number, attribute: 'most-keys' }) mostKeys = 12
  protected override readonly hasManyNumbers = true
  protected readonly asked = new Asked<QueryData>(this)

  protected override get numbers() {
    return { mostKeys: { least: 1, whole: true } }
  }

  /** Draws the numbers of a query. */
  protected abstract draw(data: QueryData): TemplateResult

  override render() {
    const placeholder = this.placeholder()
    if (placeholder) return placeholder
    const { value, error } = this.asked
    if (error !== undefined) return failedState(error, () => this.asked.again())
    if (!this.selection.trace) return emptyState(words.view.patternsOnly)
    return value ? html`${this.draw(value)} ${this.keep()}` : emptyState(words.view.computing)
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed)
    this._ask()
  }

  protected override table(): Table | undefined {
    const { source } = this
    const { value } = this.asked
    if (!value || !source) return undefined
    const stages = STAGES.flatMap((kind) => (value[kind] ? [{ kind, row: value[kind] }] : []))
    const vectors = VECTORS.flatMap((kind) => Array.from(value[kind]?.[0] ?? [], (_, at) => ({ kind, at })))
    return {
      columns: ['key', ...stages.map(({ kind }) => kind), ...vectors.map(({ kind, at }) => `${kind}[${at}]`)],
      rows: Array.from({ length: value.keys }, (_, key) => [
        labelText(source.tokens, key),
        ...stages.map(({ row }) => row[key] ?? NaN),
        ...vectors.map(({ kind, at }) => value[kind]?.[key]?.[at] ?? NaN)
      ])
    }
  }

  protected override figure(): Figure | undefined {
    const { source } = this
    const { value } = this.asked
    if (!value || !source) return undefined
    const query = source.queryTokens.length > 0 ? labelText(source.queryTokens, value.query) : words.matrix.learnedQuery
    return {
      title: `${words.names.head(value.head, source)}: ${query}`,
      note: this.selection.traceName(value.head.layer),
      ...partsFigure(this.renderRoot, '.scroll table, .strip-keys, .walk')
    }
  }

  protected keyInHand(data: QueryData): number | undefined {
    const key = this.selection.token?.key
    return key !== undefined && key < data.keys ? key : undefined
  }

  /** Arrow keys, Home and End move between keys; Enter locks a key; Escape releases it. */
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

  private _ask(): void {
    const { source, selection } = this
    const { trace } = selection
    if (!source || !trace || source.queries.count === 0) return this.asked.clear()
    if (!this.isSeen) return
    const { layer, head: chosen } = selection.head
    // The mean over the heads has no scores of its own.
    const head = Math.min(chosen, source.headCount - 1)
    const query = queryInHand(selection, source)
    const key = [selection.given, source.part, layer, head, query]
    this.asked.ask(key, () => readQuery(trace, selection, source, { layer, head }, query))
  }
}
