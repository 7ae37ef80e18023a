/**
 * The language that the elements speak: the page's own, as `<html lang>` names it. English is part of the elements. The
 * catalogue of another language is fetched when a page first asks for it; until then, the elements wait to be drawn.
 */
import { languageFor, languages, type Catalogue } from './languages.js'

/** The sections defined by now, by name. Those of elements that a page does not show are never defined. */
const sections = new Map<string, { readonly words: object; readonly english: object }>()
/** Elements on the page, drawn again when the language changes. */
export const speakers = new Set<{ requestUpdate(): void }>()

let language = languages[0]
let spoken: Partial<Catalogue> = {}
let coming: Promise<void> | undefined

/** The texts of a section that the catalogue lacks stay English. */
function speak(name: string): void {
  const { words, english } = sections.get(name) ?? {}
  if (words) Object.assign(words, english, spoken[name as keyof Catalogue])
}

function use(catalogue: Partial<Catalogue>): void {
  spoken = catalogue
  for (const name of sections.keys()) speak(name)
  for (const speaker of speakers) speaker.requestUpdate()
}

function followPage(): void {
  const next = languageFor(document.documentElement.lang)
  if (next === language) return
  language = next
  coming = undefined
  if (!next.catalogue) return use({})
  // If the catalogue cannot be fetched, offline say, the elements speak English.
  const arriving: Promise<void> = next
    .catalogue()
    .catch(() => ({}))
    .then((catalogue) => {
      // The page may have changed its language again.
      if (coming !== arriving) return
      coming = undefined
      use(catalogue)
    })
  coming = arriving
}

if (typeof document !== 'undefined') {
  followPage()
  if (typeof MutationObserver !== 'undefined')
    new MutationObserver(followPage).observe(document.documentElement, { attributeFilter: ['lang'] })
}

/**
 * Texts that belong together, by their name in every catalogue. The object stays the same, and its entries follow the
 * page's language: read them while drawing, and keep no copies.
 */
// @__NO_SIDE_EFFECTS__
export function section<Words extends object>(name: string, english: Words): Words {
  const words = { ...english }
  sections.set(name, { words, english })
  speak(name)
  return words
}

/** Resolves when the texts of the page's language are there; `undefined` if they are there already. */
export function wordsComing(): Promise<void> | undefined {
  // The page may ask for a third language while the second one comes.
  return coming?.then(() => wordsComing())
}
