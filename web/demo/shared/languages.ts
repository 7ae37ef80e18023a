/** The languages of the site: a new language is a row here and a catalogue in words/. */

/**
 * The first is the language of readers who have none of these. The suffix is part of each page's file name, so that a
 * link keeps the language: `translate.html`, `translate.zh.html`.
 */
export const languages = [
  { tag: 'en', suffix: '.html', name: 'English', catalogue: () => import('../words/en/index.js') },
  { tag: 'zh-Hans', suffix: '.zh.html', name: '简体中文', catalogue: () => import('../words/zh-hans/index.js') }
] as const

export type SiteLanguage = (typeof languages)[number]

const primary = (tag: string) => tag.toLowerCase().split('-')[0]

/** The language of a BCP 47 tag; regions and scripts of one language share a catalogue. */
export function languageOf(tag: string): SiteLanguage {
  return languages.find((each) => primary(each.tag) === primary(tag)) ?? languages[0]
}
