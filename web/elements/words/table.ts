/** What the table behind a picture says. */
import { section } from './language.js'

export const table = section('table', {
  asTable: 'As a table',
  numbers: 'The numbers of this picture',
  looks: (query: string) => `What ${query} looks at, the strongest first`,
  strongest: 'The strongest weight of every head',
  layer: 'layer',
  head: 'head',
  key: 'key',
  weight: 'weight',
  cut: (rows: number, ofRows: number, columns: number, ofColumns: number) =>
    `These are ${rows} of ${ofRows} rows and ${columns} of ${ofColumns} columns: CSV keeps them all.`
})
