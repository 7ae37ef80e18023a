/** Writes the files that a reader saves from a view. The menu loads this code when the reader opens it. */
import type { Table } from './figure.js'
import type { Keepable } from './keep.js'

export { toPng, toSvg } from '../canvas/figure-files.js'

/** The first characters of a formula, with those of full width, and the blanks that a spreadsheet skips before them. */
const FORMULA = /^[\s\uFEFF]*[=+\-@＝＋－＠]|^[\t\r\n]/

/**
 * CSV by RFC 4180. A text that a spreadsheet would read as a formula stays a text. Texts with a semicolon or a tab are
 * quoted too, because some spreadsheets take these for the comma.
 */
export function toCsv({ columns, rows }: Table): string {
  const cell = (value: string | number) => {
    // A number that is not there is an empty cell.
    if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value)
    const text = FORMULA.test(value) ? `'${value}` : value
    return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

export function toJson({ name, selection }: Keepable, { columns, rows }: Table): string {
  const { source, head, part, locked } = selection
  const kept = {
    ...{ element: `attn-${name}`, origin: selection.origin, part, ...head, ...(locked && { locked }) },
    tokens: source?.tokens.map(({ id, text }) => ({ id, text })),
    ...(source &&
      source.queryTokens !== source.tokens && {
        queryTokens: source.queryTokens.map(({ id, text }) => ({ id, text }))
      }),
    ...{ columns, rows }
  }
  return `${JSON.stringify(kept)}\n`
}

export function download(name: string, blob: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // By then the download has the blob.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
