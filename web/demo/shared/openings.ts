/** The text, head and word that each page of a model opens with; scripts/find-openings.mjs searches for them. */
import type { HeadRef } from 'attenscope/elements'
import found from './openings.json' with { type: 'json' }

export interface Opening extends HeadRef {
  readonly text: string
  /** The word whose attention the page shows first: its place among the queries, and its text. */
  readonly query?: number
  readonly word?: string
}

/** The opening of a page, by the name of its model; the page of dates has one in each language. */
export function openingOf(name: string, language: string): Opening {
  const all: Readonly<Record<string, Opening>> = found
  const opening = all[name] ?? all[`${name}.${language}`]
  if (!opening) throw new Error(`no opening was found for ${name} in ${language}`)
  return opening
}
