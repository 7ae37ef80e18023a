/** The pages of the site; each is built in every language. */
import { languages, type SiteLanguage } from './languages.js'

/** The pages of the navigation, in its order. */
export const pageNames = ['index', 'translate', 'sentiment', 'dates', 'change', 'compare', 'playground', 'own'] as const

/** Pages that only the foot of each page links to. */
export const asideNames = ['licences'] as const

/** Pages that became a part of another one: they lead on to it. */
export const movedNames = ['heads'] as const

/** Pages in English alone, for contributors. */
export const englishNames = ['gallery'] as const

/** Pages for frames in other sites' pages: they have no head and no foot. */
export const framedNames = ['embed'] as const

/** The chapters of the course, in their order; each is a page of the folder `learn`. */
export const chapters = ['looking-back', 'weighted-average'] as const

/** The pages of the course: the list of its chapters, and the chapters. */
export const learnNames = ['learn/index', ...chapters.map((chapter) => `learn/${chapter}` as const)] as const

/** The pages that every page links to at its top, in their order. */
export const linkedNames = ['learn/index', ...pageNames] as const

const allNames = [...pageNames, ...learnNames, ...asideNames, ...movedNames, ...framedNames] as const

export type PageName = (typeof allNames)[number] | (typeof englishNames)[number]

/** The models that ship, and the page of each. */
export const modelPages = {
  stories: 'index',
  translate: 'translate',
  sentiment: 'sentiment',
  dates: 'dates'
} as const satisfies Readonly<Record<string, PageName>>

/** The models of the page that compares two texts. */
export const comparedModels = ['stories', 'sentiment'] as const satisfies readonly (keyof typeof modelPages)[]

/** The runs that the build saves: with all that a view can show, with the patterns alone, and the run of each chapter's program. */
export const traceNames = ['lily', 'lily-patterns', ...chapters] as const

export type TraceName = (typeof traceNames)[number]

/** The only page that fetches from other sites: from the ones that its reader names. */
const ownModelPage: PageName = 'own'

/** Every file of the built site. */
export const siteFiles: readonly string[] = [
  ...allNames.flatMap((name) => languages.map(({ suffix }) => name + suffix)),
  ...englishNames.map((name) => name + languages[0].suffix)
]

interface SitePage {
  readonly name: PageName
  readonly language: SiteLanguage
}

/** The page and the language of a file; undefined for a page that is in one language only. */
export function pageOf(file: string): SitePage | undefined {
  const name = allNames.find((each) => file.startsWith(`${each}.`))
  const language = languages.findLast(({ suffix }) => file === `${name}${suffix}`)
  return name && language && { name, language }
}

/** As `pageOf`, and a page in English alone has English. */
export function framedPageOf(file: string): SitePage | undefined {
  const [language] = languages
  const name = englishNames.find((each) => file === each + language.suffix)
  return name ? { name, language } : pageOf(file)
}

/** Whether a page has neither links nor a foot around it. */
export const isFramed = (name: PageName | undefined) => framedNames.some((each) => each === name)

export const mayBeFramed = (file: string) => isFramed(pageOf(file)?.name)

export const mayFetchElsewhere = (file: string) => pageOf(file)?.name === ownModelPage
