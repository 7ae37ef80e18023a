/** The words of the page's own language; only these are fetched. */
import type { SiteWords } from './en.js'
import { isChinese } from '../shared/site-pages.js'

export const words: SiteWords = (
  isChinese(document.documentElement.lang) ? await import('./zh-hans.js') : await import('./en.js')
).words
