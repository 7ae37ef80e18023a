/** The pages of the site, and the languages that each is built in. */

/** In the navigation's order. */
export const pageNames = [
  'index',
  'translate',
  'sentiment',
  'dates',
  'change',
  'heads',
  'compare',
  'playground',
  'own'
] as const

/** Pages that the colophon leads to. */
export const asideNames = ['licences'] as const

/** Pages for frames in other people's pages: without masthead and colophon. */
export const framedNames = ['embed'] as const

const allNames = [...pageNames, ...asideNames, ...framedNames] as const

export type PageName = (typeof allNames)[number]

/** The models that ship, and the page of each. */
export const modelPages = {
  stories: 'index',
  translate: 'translate',
  sentiment: 'sentiment',
  dates: 'dates'
} as const satisfies Readonly<Record<string, PageName>>

/** A file stands in the link, so that a language is kept by it: `translate.html`, `translate.zh.html`. */
export const languages = [
  { tag: 'en', reads: /^en\b/i, suffix: '.html', name: 'English' },
  { tag: 'zh-Hans', reads: /^zh\b/i, suffix: '.zh.html', name: '简体中文' }
] as const

export type SiteLanguage = (typeof languages)[number]

/** The site's language for a value of `<html lang>`; English if no other language serves. */
export const languageFor = (tag: string): SiteLanguage => languages.find(({ reads }) => reads.test(tag)) ?? languages[0]

/** The one page that fetches from elsewhere, where its reader says so. */
const ownModelPage: PageName = 'own'

/** Pages that stand apart: in one language, and none of the navigation's. */
const otherFiles: readonly string[] = ['gallery.html']

/** Every file of the built site. */
export const siteFiles: readonly string[] = [
  ...allNames.flatMap((name) => languages.map(({ suffix }) => name + suffix)),
  ...otherFiles
]

/** Which page a file is, in which language; undefined for one that stands apart. */
export function pageOf(file: string): { readonly name: PageName; readonly language: SiteLanguage } | undefined {
  const name = allNames.find((each) => file.startsWith(`${each}.`))
  const language = languages.findLast(({ suffix }) => file === `${name}${suffix}`)
  return name && language && { name, language }
}

export const mayBeFramed = (file: string) => framedNames.some((name) => name === pageOf(file)?.name)

export const mayFetchElsewhere = (file: string) => pageOf(file)?.name === ownModelPage

/** What a worker's script, which all pages share, is allowed is what the widest page is. */
export const widestFile = `${ownModelPage}.html`
