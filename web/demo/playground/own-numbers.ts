/** Queries, keys and values that the reader types: tables of numbers, and their form in a link. */
import type { Tensor } from 'attenscope'
import type { Vectors } from './recipe.js'

export type Table = readonly (readonly number[])[]

export interface OwnNumbers {
  readonly tokens: readonly string[]
  readonly q: Table
  readonly k: Table
  readonly v: Table
}

export const TABLES = ['q', 'k', 'v'] as const
export type TableName = (typeof TABLES)[number]

/** Limits that keep the table readable. */
export const MOST_TOKENS = 12
export const MOST_NUMBERS = 8

/** The first example: 'sun' and 'moon' each have a query that matches their own key. */
export const firstNumbers: OwnNumbers = {
  tokens: ['the', 'sun', 'and', 'the', 'moon'],
  q: [
    [0.5, 0, 0, 0],
    [0, 2, 1, 0],
    [0, 1, 1, 1],
    [0.5, 0, 0, 1],
    [0, 2, -1, 1]
  ],
  k: [
    [1, 0, 0, 0],
    [0, 2, 1, 0],
    [0, 0, 0, 1],
    [1, 0, 0, 1],
    [0, 2, -1, 0]
  ],
  v: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 0, 0],
    [0, -1, 0]
  ]
}

export function vectorsOf({ tokens, q, k, v }: OwnNumbers): Vectors {
  return { tokens, q: tensorOf(q), k: tensorOf(k), v: tensorOf(v) }
}

function tensorOf(table: Table): Tensor {
  return { data: Float32Array.from(table.flat()), shape: [table.length, table[0]?.length ?? 0] }
}

/** A copy with another number in one cell. */
export function withNumber(
  numbers: OwnNumbers,
  name: TableName,
  row: number,
  column: number,
  value: number
): OwnNumbers {
  const table = numbers[name].map((cells, r) =>
    r === row ? cells.map((cell, c) => (c === column ? value : cell)) : cells
  )
  return { ...numbers, [name]: table }
}

export function withToken(numbers: OwnNumbers, row: number, text: string): OwnNumbers {
  return { ...numbers, tokens: numbers.tokens.map((token, at) => (at === row ? text : token)) }
}

/** A copy with `tokens` rows and queries of `width` elements; new cells are 0. */
export function resized(numbers: OwnNumbers, tokens: number, width: number): OwnNumbers {
  const table = (of: Table, columns: number): Table =>
    Array.from({ length: tokens }, (_, row) => Array.from({ length: columns }, (_, at) => of[row]?.[at] ?? 0))
  return {
    tokens: Array.from({ length: tokens }, (_, at) => numbers.tokens[at] ?? `t${at + 1}`),
    q: table(numbers.q, width),
    k: table(numbers.k, width),
    v: table(numbers.v, numbers.v[0]?.length ?? 1)
  }
}

/** A copy with random numbers from −2 to 2, in steps of 0.1. */
export function drawn(numbers: OwnNumbers, random: () => number = Math.random): OwnNumbers {
  const table = (of: Table): Table => of.map((cells) => cells.map(() => Math.round(random() * 40 - 20) / 10))
  return { ...numbers, q: table(numbers.q), k: table(numbers.k), v: table(numbers.v) }
}

/** Separates rows by ';' and numbers by ','. */
export const writeTable = (table: Table): string => table.map((cells) => cells.join(',')).join(';')

/** Anyone can write a link: undefined where the text is not a table with `rows` rows of finite numbers. */
export function readTable(text: string | null, rows: number): Table | undefined {
  if (text === null) return undefined
  const table = text.split(';').map((cells) => cells.split(',').map(Number))
  const width = table[0]?.length ?? 0
  const isWhole = table.length === rows && width >= 1 && width <= MOST_NUMBERS
  return isWhole && table.every((cells) => cells.length === width && cells.every(Number.isFinite)) ? table : undefined
}
