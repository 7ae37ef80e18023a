/**
 * The languages that the elements speak: each element that of its nearest ancestor with a `lang`. English is part of the
 * elements. The catalogue of another language is fetched when an element first asks for it; until then, the element
 * waits to be drawn.
 */
import { languageFor, languages, type Catalogue, type Language } from './languages.js'

/** A part of something, however deep. */
type Part<T> = T extends (...args: never) => unknown ? T : { readonly [Name in keyof T]?: Part<T[Name]> }

/** Texts in place of those of the elements, section by section; those that are left out stay. */
export type OwnWords = Part<Catalogue>

/** The sections defined by now, by name. Those of elements that a page does not show are never defined. */
const sections = new Map<string, { readonly words: object; readonly english: object }>()
/** Elements on the page, drawn again when a language changes. */
export const speakers = new Set<{ requestUpdate(): void }>()

/** What has been fetched, and the texts that the page gave, by language. */
const fetched = new Map<Language, Partial<Catalogue> | Promise<void>>([[languages[0], {}]])
const own = new Map<Language, OwnWords>()

let spoken: Language = languages[0]

/** The entries of `over` in place of those of `under`, at any depth. */
function merged(under: unknown, over: unknown): unknown {
  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isRecord(under) || !isRecord(over)) return over ?? under
  const names = new Set([...Object.keys(under), ...Object.keys(over)])
  return Object.fromEntries([...names].map((name) => [name, merged(under[name], over[name])]))
}

/** The texts of a section that the catalogue lacks stay English. */
function speak(name: string): void {
  const { words, english } = sections.get(name) ?? {}
  const known = fetched.get(spoken)
  const catalogue: Partial<Catalogue> = known instanceof Promise ? {} : (known ?? {})
  const key = name as keyof Catalogue
  if (words) Object.assign(words, merged({ ...english, ...catalogue[key] }, own.get(spoken)?.[key]))
}

/** Makes all sections speak a language, until another is asked for. Its catalogue is there: see `wordsComing`. */
export function speakIn(language: Language): void {
  if (language === spoken) return
  spoken = language
  for (const name of sections.keys()) speak(name)
}

/** Speaks as the element does, to draw it outside an update: on a canvas, or into a file. */
export function speakAs(element: Element): void {
  speakIn(languageAround(element))
}

function drawAgain(): void {
  for (const name of sections.keys()) speak(name)
  for (const speaker of speakers) speaker.requestUpdate()
}

/** The language of an element: that of the nearest ancestor with a `lang`, hosts of shadow roots included. */
export function languageAround(element: Element): Language {
  for (let at: Element | undefined = element; at;) {
    const found: Element | null = at.closest('[lang]')
    if (found) return languageFor(found.getAttribute('lang') ?? '')
    const root = at.getRootNode()
    at = root instanceof ShadowRoot ? root.host : undefined
  }
  return languages[0]
}

/** Resolves when the texts of a language are there; `undefined` if they are there already. */
export function wordsComing(language: Language): Promise<void> | undefined {
  const known = fetched.get(language)
  if (known instanceof Promise) return known
  if (known || !language.catalogue) return undefined
  // If the catalogue cannot be fetched, offline say, the elements speak English.
  const coming = language
    .catalogue()
    .catch(() => ({}))
    .then((catalogue) => {
      fetched.set(language, catalogue)
      if (language === spoken) drawAgain()
    })
  fetched.set(language, coming)
  return coming
}

/**
 * Gives the elements texts of the page's own, over those of a language (by default English); entries that are left out
 * stay. Elements on the page are drawn again.
 *
 * `setWords({ view: { noText: 'Type something.' } })`
 */
export function setWords(words: OwnWords, lang = languages[0].tag): void {
  const language = languageFor(lang)
  own.set(language, merged(own.get(language) ?? {}, words) as OwnWords)
  drawAgain()
}

if (typeof document !== 'undefined') {
  // The language of the page, from the first; elements elsewhere ask for theirs.
  const page = languageFor(document.documentElement.lang)
  spoken = page
  void wordsComing(page)
  if (typeof MutationObserver !== 'undefined')
    new MutationObserver(() => speakers.forEach((speaker) => speaker.requestUpdate())).observe(document, {
      attributeFilter: ['lang'],
      subtree: true
    })
}

/**
 * Texts that belong together, by their name in every catalogue. The object stays the same, and its entries follow the
 * language of the element that is being drawn: read them while drawing, and keep no copies.
 */
// @__NO_SIDE_EFFECTS__
export function section<Words extends object>(name: string, english: Words): Words {
  const words = { ...english }
  sections.set(name, { words, english })
  speak(name)
  return words
}
