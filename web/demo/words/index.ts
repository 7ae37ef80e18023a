/** The words of the page's own language; only these are fetched. */
import type { SiteWords } from './en.js'
import { languageFor, type SiteLanguage } from '../shared/site-pages.js'

const catalogues: Readonly<Record<SiteLanguage['tag'], () => Promise<{ readonly words: SiteWords }>>> = {
  en: () => import('./en.js'),
  'zh-Hans': () => import('./zh-hans.js')
}

export const { words } = await catalogues[languageFor(document.documentElement.lang).tag]()
