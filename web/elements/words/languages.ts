/** The languages of the elements. A new language is one row here, and its catalogue. */
import type * as english from './index.js'

/** The texts of all elements, section by section, in one language. */
export type Catalogue = typeof english

export interface Language {
  readonly tag: string
  /** The values of `lang` whose readers get this language. */
  readonly reads: RegExp
  /** Fetches the texts. English has none to fetch: it is part of each element. */
  readonly catalogue?: () => Promise<Catalogue>
}

export const languages: readonly [english: Language, ...others: Language[]] = [
  { tag: 'en', reads: /^en\b/i },
  // Readers of traditional characters read the simplified ones more easily than English.
  { tag: 'zh-Hans', reads: /^zh\b/i, catalogue: () => import('./zh-hans/index.js') }
]

/** The language for a value of `lang`; English if no other language serves. */
export function languageFor(tag: string): Language {
  return languages.find(({ reads }) => reads.test(tag)) ?? languages[0]
}
