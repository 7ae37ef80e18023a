/** The texts of the table behind a picture. */
import { section } from './language.js'

export const table = section('table', {
  asTable: 'As a table',
  numbers: 'The numbers of this picture',
  looks: (query: string) => `The tokens that ${query} looks at, largest weight first`,
  strongest: 'The largest weight of every head',
  layer: 'layer',
  head: 'head',
  key: 'key',
  weight: 'weight',
  cut: (rows: number, ofRows: number, columns: number, ofColumns: number) =>
    `These are ${rows} of ${ofRows} rows and ${columns} of ${ofColumns} columns. The CSV file has all of them.`
})
