/**
 * The language that the elements speak: the page's own, as `<html lang>` says it; English where there is no catalogue of it.
 * A catalogue is a module of typed sections like the English ones, and comes when a page first asks for it.
 */
import { createI18n, type ComponentsJSON } from '@nanostores/i18n'
import { atom } from 'nanostores'
import type * as english from './index.js'

/** The catalogues there are, beside the English one that is built in. */
const catalogues = {
  'zh-Hans': (): Promise<typeof english> => import('./zh-hans/index.js')
}

type Language = 'en' | keyof typeof catalogues

/** Readers of traditional characters read the simplified ones more easily than English. */
const languageOf = (tag: string): Language => (/^zh\b/i.test(tag) ? 'zh-Hans' : 'en')

const pageLanguage = () => (typeof document === 'undefined' ? 'en' : languageOf(document.documentElement.lang))

const language = atom<Language>(pageLanguage())

const i18n = createI18n(language, {
  baseLocale: 'en',
  get: (code, names) => {
    // Offline, say: the words stay English.
    const none = () => Object.fromEntries(names.map((name) => [name, {}]))
    return catalogues[code as keyof typeof catalogues]().then(
      (all): object => ({ ...all }),
      none
    ) as Promise<ComponentsJSON>
  }
})

if (typeof MutationObserver !== 'undefined' && typeof document !== 'undefined')
  new MutationObserver(() => language.set(pageLanguage())).observe(document.documentElement, {
    attributeFilter: ['lang']
  })

/** Elements on the page, drawn again when its language changes. */
export const speakers = new Set<{ requestUpdate(): void }>()

/**
 * Words that belong together, by their name in every catalogue. The object is the same in all languages and its entries
 * are those of the language spoken now: read them when drawing, and keep none.
 */
// @__NO_SIDE_EFFECTS__
export function section<Words extends object>(name: string, english: Words): Words {
  const words = { ...english }
  i18n(name, english as Parameters<typeof i18n>[1]).subscribe((spoken) => {
    Object.assign(words, spoken)
    for (const speaker of speakers) speaker.requestUpdate()
  })
  return words
}

/** When the words of the page's language are there; none, where they are. */
export function wordsComing(): Promise<void> | undefined {
  if (!i18n.loading.get()) return undefined
  return new Promise((resolve) => {
    const stop = i18n.loading.listen((isLoading) => {
      if (isLoading) return
      stop()
      resolve()
    })
  })
}
