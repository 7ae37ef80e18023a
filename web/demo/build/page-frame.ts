/** What every page of the site begins and ends with, written once and in its language. */
import { tellings } from '../shared/experiments.js'
import { languages, modelPages, pageNames, pageOf, type PageName, type SiteLanguage } from '../shared/site-pages.js'
import { words as english, type SiteWords } from '../words/en.js'
import { words as chinese } from '../words/zh-hans.js'

interface Page {
  readonly name: PageName
  readonly language: SiteLanguage
  readonly words: SiteWords
}

const WORDS: Readonly<Record<SiteLanguage['tag'], SiteWords>> = { en: english, 'zh-Hans': chinese }

export const wordsOf = ({ tag }: SiteLanguage): SiteWords => WORDS[tag]

/** What every document of the site begins with. */
const head = `<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <script src="./theme.js" vite-ignore></script>
    <link rel="stylesheet" href="./styles/page.css" />`

/** A page's own: its title, and where it stands in the other languages. */
function ownHead({ name, language, words }: Page): string {
  const { title, description } = words.pages[name]
  const others = languages.map(
    ({ tag, suffix }) => `<link rel="alternate" hreflang="${tag}" href="./${name}${suffix}" vite-ignore />`
  )
  // The first page's bare address is the reader's choice of language; it is asked before anything is drawn.
  const asks =
    name === 'index' && language.tag === 'en' ? '<script src="./reader-language.js" vite-ignore></script>' : ''
  return `${head}
    <title>${title}</title>
    <meta name="description" content="${description}" />
    ${others.join('\n')}${asks}
    <link rel="stylesheet" href="./styles/masthead.css" />
    <link rel="stylesheet" href="./styles/rooms.css" />
    <script type="module" src="./shared/language-link.ts"></script>
    <script type="module" src="./shared/page-links.ts"></script>
    <script type="module" src="./shared/settings.ts"></script>
    <script type="module" src="./shared/tour.ts"></script>`
}

function masthead({ name, language, words }: Page): string {
  const links = pageNames.map(
    (each) =>
      `<a href="./${each}${language.suffix}"${each === name ? ' aria-current="page"' : ''}>${words.pages[each].name}</a>`
  )
  const others = languages
    .filter((each) => each !== language)
    .map(
      (each) =>
        `<a class="language" href="./${name}${each.suffix}" hreflang="${each.tag}" lang="${each.tag}">${each.name}</a>`
    )
  return `<header class="masthead">
      <h1>Attenscope</h1>
      <nav aria-label="${words.frame.pages}">${links.join('\n')}</nav>
      ${others.join('\n')}
      <button type="button" class="quiet" id="tour">${words.tour.begin}</button>
      ${settings(words)}
      <p>${words.pages[name].lede}</p>
    </header>`
}

/** Closed, a word; its choices are set and kept by settings.ts. */
function settings({ settings: said }: SiteWords): string {
  const select = (name: 'theme' | 'scale' | 'dtype') =>
    `<label><span>${said[name].label}</span><select name="${name}">${Object.entries(said[name].options)
      .map(([value, option]) => `<option value="${value}">${option}</option>`)
      .join('')}</select></label>`
  return `<details class="settings">
        <summary>${said.label}</summary>
        <form>
          ${select('theme')}
          ${select('scale')}
          ${select('dtype')}
          <label><span>${said.threads.label}</span><input name="threads" type="number" min="1" required /></label>
          <p>${said.about}</p>
        </form>
      </details>`
}

function colophon({ name, language, words }: Page): string {
  const { frame } = words
  const page: {
    readonly name: string
    readonly own?: { readonly files: string; readonly back: string }
    readonly note?: string
  } = words.pages[name]
  const choice = page.own
    ? `<p id="model-name"></p>
      <p>
        <label class="file-button">${frame.choose}<input id="model-files" type="file" multiple /></label>
        ${frame.orDrop(page.own.files)}
        <button class="quiet" id="own-model" type="button" hidden>${page.own.back}</button>
      </p>`
    : page.note
      ? `<p>${page.note}</p>`
      : ''
  return `<footer class="colophon">
      ${choice}
      <p><a href="./gallery.html">${frame.gallery}</a></p>
      <p><a href="./licences${language.suffix}">${frame.licences}</a></p>
      ${pageNames.some((each) => each === name) ? '<p id="cost"></p>' : ''}
    </footer>`
}

/** What each experiment is called and shows; a click on it is change-page.ts's. */
function experiments({ words }: Page): string {
  return tellings(words)
    .map(
      ({ title, story }, at) =>
        `<div><button type="button" class="quiet" data-experiment="${at}">${title}</button><p>${story}</p></div>`
    )
    .join('\n')
}

/** The models that ship, to choose one from. */
function models({ words: { pages } }: Page): string {
  const named = Object.entries(modelPages).map(
    ([model, page]) =>
      `<button type="button" class="quiet" aria-pressed="false" data-model="${model}">${pages[page].name}</button>`
  )
  return `<div id="models">${named.join('\n')}</div>`
}

/** The three views of a figure: the text, all heads, one of them. */
function views({ words: { figures } }: Page, group: string): string {
  const { text, heads, row } = figures[group as 'story' | 'translation' | 'own']
  return `<section class="words" aria-label="${text}">
        <attn-heads group="${group}"></attn-heads>
      </section>
      <section class="overview" aria-label="${figures.allHeads}">
        <h2>${figures.allHeads}</h2>
        <attn-grid group="${group}"></attn-grid>
        <p class="caption">${figures.grid(heads)}</p>
      </section>
      <section class="matrix" aria-label="${figures.oneHead}">
        <attn-matrix group="${group}"></attn-matrix>
        <p class="caption">${figures.matrix(row)}</p>
      </section>`
}

/** Below a page's figure: what its group shows, in numbers, each view with a line on what it shows. */
function closer({ words: { closer } }: Page, group: string): string {
  const views = (Object.keys(closer) as (keyof typeof closer)[])
    .filter((tag) => tag.startsWith('attn-'))
    .map((tag) => `<section><h3>${closer[tag]}</h3><${tag} group="${group}"></${tag}></section>`)
  return `<section class="closer" aria-label="${closer.heading}">
      <h2>${closer.heading}</h2>
      ${views.join('\n')}
      <section class="wide"><h3>${closer.position}</h3><attn-position></attn-position></section>
    </section>`
}

/** `{{own.look}}` in a page's HTML is that entry of the words. */
function said(words: SiteWords, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>((all, key) => (all as Readonly<Record<string, unknown>> | undefined)?.[key], words)
  if (typeof found !== 'string') throw new Error(`the site's words have no ${path}`)
  return found
}

/** `[[query]]`, or `[[query|queries]]`, in a text: a button that explains the term. Its explanation stands once, at the end. */
function withTerms(html: string, { terms }: SiteWords): string {
  const used = new Set<keyof SiteWords['terms']>()
  const linked = html.replace(/\[\[(\w+)(?:\|([^\]]+))?\]\]/g, (_, asked: string, label?: string) => {
    if (!(asked in terms)) throw new Error(`the site's words explain no ${asked}`)
    const term = asked as keyof SiteWords['terms']
    used.add(term)
    return `<button type="button" class="term" popovertarget="term-${term}">${label ?? terms[term].name}</button>`
  })
  const explained = [...used].map(
    (term) => `<div id="term-${term}" class="explained" popover><b>${terms[term].name}</b> ${terms[term].text}</div>`
  )
  return linked.replace('</body>', `${explained.join('\n')}</body>`)
}

/** Puts the head and the frame around a page's own part, where its HTML leaves room for it, and its words in. */
export function withFrame(file: string, html: string): string {
  const of = pageOf(file)
  if (!of) return html.replace('<!-- head -->', head)
  const page: Page = { ...of, words: WORDS[of.language.tag] }
  const framed = html
    .replace('<html lang="en">', `<html lang="${page.language.tag}">`)
    .replace('<!-- head -->', ownHead(page))
    .replace('<!-- masthead -->', masthead(page))
    .replace('<!-- experiments -->', () => experiments(page))
    .replace('<!-- models -->', () => models(page))
    .replace(/<!-- views (\w+) -->/, (_, group: string) => views(page, group))
    .replace(/<!-- closer (\w+) -->/, (_, group: string) => closer(page, group))
    .replace('<!-- colophon -->', colophon(page))
    .replace(/\{\{([\w.]+)\}\}/g, (_, path: string) => said(page.words, path))
  return withTerms(framed, page.words)
}
