/** The texts of the page's own language; a page fetches no other catalogue. */
import { languageOf } from '../shared/languages.js'
import type { SiteWords } from './en/index.js'

export const words: SiteWords = (await languageOf(document.documentElement.lang).catalogue()).words
