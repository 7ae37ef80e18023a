/** Writes the head, the frame and the shared parts of every page, in the page's language. */
import { tellings } from '../shared/experiments.js'
import { languages, type SiteLanguage } from '../shared/languages.js'
import {
  asideNames,
  chapters,
  comparedModels,
  englishNames,
  framedPageOf,
  isFramed,
  linkedNames,
  modelPages,
  pageNames,
  type PageName
} from '../shared/site-pages.js'
import type { SiteWords } from '../words/en/index.js'

interface Page {
  readonly name: PageName
  readonly language: SiteLanguage
  readonly words: SiteWords
}

const catalogues = new Map<SiteLanguage, SiteWords>(
  await Promise.all(languages.map(async (language) => [language, (await language.catalogue()).words] as const))
)

export function wordsOf(language: SiteLanguage): SiteWords {
  const words = catalogues.get(language)
  if (!words) throw new Error(`the site has no texts in ${language.name}`)
  return words
}

/** The file of a page below the site's root, from its path in the build: `learn/index.html`. */
export const fileOf = (path: string) => path.replace(/^\//, '')

/** The way from the folder of a page's file or path to the root of the site: './' or '../'. */
export const upFrom = (path: string) => '../'.repeat(fileOf(path).split('/').length - 1) || './'

/** The first lines of every page's head. */
const head = `<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <script src="./theme.js" vite-ignore></script>
    <link rel="stylesheet" href="./styles/page.css" />`

/** Whether a page is in English alone. */
const isEnglishOnly = (name: PageName) => englishNames.some((each) => each === name)

/** Whether the tour has something to explain. */
const hasTour = (name: PageName) => pageNames.some((each) => each === name)

const scripts = (names: readonly string[]) =>
  names.map((name) => `<script type="module" src="./shared/${name}.ts"></script>`).join('\n')

/** The rest of the head: the page's title, the same page in each language, and the scripts of every page. */
function ownHead({ name, language, words }: Page): string {
  const { title, description } = words.pages[name]
  const others = (isEnglishOnly(name) ? [] : languages).map(
    ({ tag, suffix }) => `<link rel="alternate" hreflang="${tag}" href="./${name}${suffix}" vite-ignore />`
  )
  // The site's bare address shows this page: a script chooses the reader's language before the browser draws anything.
  const asks =
    name === 'index' && language === languages[0] ? '<script src="./reader-language.js" vite-ignore></script>' : ''
  return `${head}
    <title>${title}</title>
    <meta name="description" content="${description}" />
    ${others.join('\n')}${asks}
    <link rel="stylesheet" href="./styles/masthead.css" />
    ${isEnglishOnly(name) ? '' : '<link rel="stylesheet" href="./styles/rooms.css" />'}
    ${isFramed(name) ? '' : scripts(['skip-link', 'language-link', 'page-links'])}
    ${scripts(['settings'])}
    ${hasTour(name) ? scripts(['tour']) : ''}`
}

function masthead({ name, language, words }: Page): string {
  const links = linkedNames.map(
    (each) =>
      `<a href="./${each}${language.suffix}"${each === name ? ' aria-current="page"' : ''}>${words.pages[each].name}</a>`
  )
  const others = languages
    .filter((each) => each !== language && !isEnglishOnly(name))
    .map(
      (each) =>
        `<a class="language" href="./${name}${each.suffix}" hreflang="${each.tag}" lang="${each.tag}">${each.name}</a>`
    )
  return `<a class="skip" href="#start">${words.frame.skip}</a>
    <header class="masthead">
      <h1>Attenscope</h1>
      <nav aria-label="${words.frame.pages}">${links.join('\n')}</nav>
      ${others.join('\n')}
      ${hasTour(name) ? `<button type="button" class="quiet" id="tour">${words.tour.begin}</button>` : ''}
      ${settings(words)}
      <p>${words.pages[name].lede}</p>
    </header>
    <div id="start" tabindex="-1"></div>`
}

/** The form of the settings, closed at first; settings.ts fills in and stores the choices. */
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
  const aside = [...englishNames, ...asideNames].map((each) => {
    const suffix = isEnglishOnly(each) ? languages[0].suffix : language.suffix
    const here = each === name ? ' aria-current="page"' : ''
    return `<p><a href="./${each}${suffix}"${here}>${frame[each]}</a></p>`
  })
  return `<footer class="colophon">
      ${choice}
      ${aside.join('\n')}
      ${pageNames.some((each) => each === name) ? '<p id="cost"></p>' : ''}
    </footer>`
}

/** A button and a sentence for each experiment, and for the search; change-page.ts handles the clicks. */
function experiments({ words }: Page): string {
  const entry = (name: string, { title, story }: { readonly title: string; readonly story: string }) =>
    `<div><button type="button" class="quiet" aria-pressed="false" data-experiment="${name}">${title}</button><p>${story}</p></div>`
  return [
    ...tellings(words).map((telling, at) => entry(String(at), telling)),
    entry('heads', words.experiments.heads)
  ].join('\n')
}

/** A button for each model of the site. */
function models({ words: { pages, experiments } }: Page): string {
  const named = Object.entries(modelPages).map(
    ([model, page]) =>
      `<button type="button" class="quiet" aria-pressed="false" data-model="${model}">${pages[page].name}</button>`
  )
  return `<div id="models" role="group" aria-label="${experiments.model}">
      <span>${experiments.model}</span>
      ${named.join('\n')}
    </div>`
}

/** The options of a menu of the models whose page can compare two texts. */
function options({ words: { pages } }: Page): string {
  return comparedModels.map((model) => `<option value="${model}">${pages[modelPages[model]].name}</option>`).join('\n')
}

/** A button for each model of the site that the reader can inspect like a model of their own. */
function tries({ words: { own } }: Page): string {
  return Object.entries(own.tries)
    .map(([model, name]) => `<button type="button" class="quiet try" data-model="./models/${model}/">${name}</button>`)
    .join('\n')
}

/** The views of a figure: the text, all heads, and one head; beside a story also the next word. */
function views({ words: { figures } }: Page, group: string): string {
  const { text, heads, row } = figures[group as 'story' | 'translation' | 'own']
  const next =
    group === 'story'
      ? `<section class="next" aria-label="${figures.next}">
        <h2>${figures.next}</h2>
        <attn-next group="${group}" no-keep></attn-next>
      </section>`
      : ''
  return `<section class="words" aria-label="${text}">
        <attn-heads group="${group}"></attn-heads>
      </section>
      ${next}
      <section class="overview" aria-label="${figures.allHeads}">
        <h2>${figures.allHeads}</h2>
        <attn-grid group="${group}"></attn-grid>
        <p class="caption">${figures.grid(heads)}</p>
      </section>
      <section class="matrix" aria-label="${figures.oneHead}">
        <attn-matrix group="${group}"></attn-matrix>
        <p class="caption">${row}</p>
      </section>`
}

/** The section below a page's figure: more views of the figure's group, each with a heading that explains the view. */
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

/** The chapters, each with its question. learn/index.ts marks those that were read. */
function chapterList({ language, words: { pages, learn } }: Page): string {
  const rows = chapters.map((chapter) => {
    const { name, lede } = pages[`learn/${chapter}`]
    return `<li data-chapter="${chapter}"><a href="./learn/${chapter}${language.suffix}">${name}</a> <span>${lede}</span> <span class="read" hidden>${learn.read}</span></li>`
  })
  return `<ol class="chapters">${rows.join('\n')}</ol>`
}

/** The beginning of a chapter: its place in the course and its name. */
function chapterHead({ name, words: { pages, learn } }: Page): string {
  const at = chapters.findIndex((chapter) => name === `learn/${chapter}`)
  return `<p class="place">${learn.place(at + 1, chapters.length)}</p>
      <h2 class="title">${pages[name].name}</h2>`
}

/** The end of a chapter: the ways to the chapters beside it and to the list. */
function chapterFoot({ name, language, words: { pages, learn } }: Page): string {
  const at = chapters.findIndex((chapter) => name === `learn/${chapter}`)
  const way = (chapter: (typeof chapters)[number] | undefined, label: string) =>
    chapter ? `<a href="./learn/${chapter}${language.suffix}">${label}: ${pages[`learn/${chapter}`].name}</a>` : ''
  return `<nav class="ways" aria-label="${learn.ways}">
      ${way(chapters[at - 1], learn.before)}
      <a href="./learn/index${language.suffix}">${learn.all}</a>
      ${way(chapters[at + 1], learn.next)}
    </nav>`
}

/** The text at a path of the catalogue: a page's HTML has `{{own.look}}` in place of the text. */
function said(words: SiteWords, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>((all, key) => (all as Readonly<Record<string, unknown>> | undefined)?.[key], words)
  if (typeof found !== 'string') throw new Error(`the site's texts have no ${path}`)
  return found
}

/**
 * Replaces `[[query]]` or `[[query|queries]]` in a text by a button that explains the term. Each explanation is added once,
 * at the end of the page.
 */
function withTerms(html: string, { terms }: SiteWords): string {
  const used = new Set<keyof SiteWords['terms']>()
  const linked = html.replace(/\[\[(\w+)(?:\|([^\]]+))?\]\]/g, (_, asked: string, label?: string) => {
    if (!(asked in terms)) throw new Error(`the site's texts explain no term ${asked}`)
    const term = asked as keyof SiteWords['terms']
    used.add(term)
    return `<button type="button" class="term" popovertarget="term-${term}">${label ?? terms[term].name}</button>`
  })
  const explained = [...used].map(
    (term) => `<div id="term-${term}" class="explained" popover><b>${terms[term].name}</b> ${terms[term].text}</div>`
  )
  return linked.replace('</body>', `${explained.join('\n')}</body>`)
}

/** Fills a page's HTML: head, frame and shared parts in place of their comments, and texts in place of `{{…}}`. */
export function withFrame(file: string, html: string): string {
  const of = framedPageOf(file)
  if (!of) return html.replace('<!-- head -->', head)
  const page: Page = { ...of, words: wordsOf(of.language) }
  const framed = html
    .replace('<html lang="en">', `<html lang="${page.language.tag}">`)
    .replace('<!-- head -->', ownHead(page))
    .replace('<!-- masthead -->', masthead(page))
    .replace('<!-- experiments -->', () => experiments(page))
    .replace('<!-- models -->', () => models(page))
    .replace(/<!-- views (\w+) -->/, (_, group: string) => views(page, group))
    .replace(/<!-- closer (\w+) -->/, (_, group: string) => closer(page, group))
    .replace('<!-- colophon -->', colophon(page))
    .replace('<!-- model options -->', options(page))
    .replace('<!-- tries -->', tries(page))
    .replace('<!-- chapters -->', () => chapterList(page))
    .replace('<!-- chapter head -->', () => chapterHead(page))
    .replace('<!-- chapter foot -->', () => chapterFoot(page))
    .replaceAll('{{suffix}}', page.language.suffix)
    .replace(/\{\{([\w.]+)\}\}/g, (_, path: string) => said(page.words, path))
  // All parts of the frame name files from the root of the site.
  const up = upFrom(file)
  const inPlace = up === './' ? framed : framed.replaceAll('="./', `="${up}`)
  return withTerms(inPlace, page.words)
}
