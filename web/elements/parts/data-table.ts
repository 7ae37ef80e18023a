/**
 * The numbers of a picture as a table in the page, so that every drawn number can be read. It is made when the reader
 * opens it.
 */
import type { Tensor } from 'attenscope'
import { css, html, type TemplateResult } from 'lit'
import { cellText, type Table } from './figure.js'
import * as words from '../words/index.js'

export const dataTableStyles = css`
  .behind {
    display: flex;
    flex-wrap: wrap;
    gap: 0 20px;
  }
  .behind details[open] {
    flex: 1 0 100%;
    min-inline-size: 0;
  }
  .numbers {
    max-block-size: 320px;
    overflow: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_rule) transparent;
  }
  .numbers table {
    inline-size: auto;
    border-collapse: collapse;
    color: var(--_ink);
    font-size: 0.75rem;
    line-height: 20px;
  }
  .numbers th,
  .numbers td {
    padding: 0 12px 0 0;
    font-weight: 400;
    text-align: end;
    white-space: nowrap;
  }
  .numbers th {
    color: var(--_muted);
  }
  .numbers tbody th {
    text-align: start;
  }
`

/** The most cells of a table in the page. All numbers are in the file that the reader can save. */
const MOST = { rows: 100, columns: 40 } as const

/** Makes the table; `undefined` if there is none yet. */
export interface Readable {
  readonly title: string
  readonly table: () => Table | undefined
  /** A view that stores this state makes the table only while it is open; else the table is made with the picture. */
  readonly isOpen?: boolean
  readonly toggle?: (isOpen: boolean) => void
}

/** A line that opens the table. */
export function dataTable({ title, table, isOpen = true, toggle }: Readable): TemplateResult {
  return html`<details
    class="keep"
    @toggle=${(event: Event) => toggle?.(event.target instanceof HTMLDetailsElement && event.target.open)}
  >
    <summary>${words.table.asTable}</summary>
    ${isOpen ? drawn(table(), title) : ''}
  </details>`
}

/** A matrix with names for its rows and columns, as `<attn-heatmap>` draws it. */
export function mapTable(
  { data }: Pick<Tensor, 'data'>,
  rows: readonly (string | number)[],
  columns: readonly (string | number)[],
  format: (value: number) => string
): Table {
  const N = columns.length
  return {
    columns: ['', ...columns.map(String)],
    rows: rows.map((name, row) => [name, ...Array.from(columns, (_, at) => format(data[row * N + at] ?? NaN))])
  }
}

/** The names of heads above the columns of a matrix. */
export function headNames(count: number): string[] {
  return Array.from({ length: count }, (_, head) => `${words.table.head} ${head}`)
}

function drawn(table: Table | undefined, title: string): TemplateResult {
  if (!table) return html`<p>${words.keep.nothing}</p>`
  const { columns, rows } = table
  const shownColumns = columns.slice(0, MOST.columns)
  const shownRows = rows.slice(0, MOST.rows)
  const isCut = shownColumns.length < columns.length || shownRows.length < rows.length
  return html`<div class="numbers" tabindex="0" role="group" aria-label=${table.title ?? title}>
      <table>
        <caption class="spoken">
          ${table.title ?? title}
        </caption>
        <thead>
          <tr>
            ${shownColumns.map((column) => (column === '' ? html`<td></td>` : html`<th scope="col">${column}</th>`))}
          </tr>
        </thead>
        <tbody>
          ${shownRows.map(
            (row) =>
              html`<tr>
                ${row
                  .slice(0, MOST.columns)
                  .map((cell, at) =>
                    at === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cellText(cell)}</td>`
                  )}
              </tr>`
          )}
        </tbody>
      </table>
    </div>
    ${isCut ? html`<p>${words.table.cut(shownRows.length, rows.length, shownColumns.length, columns.length)}</p>` : ''}`
}
