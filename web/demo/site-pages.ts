/** The pages of the site, and what all of them begin and end with. */

export interface SitePage {
  /** The file, also where the page stands in the built site. */
  readonly file: string
  /** Its word in the navigation. */
  readonly name: string
  /** One line that says what the page is. */
  readonly lede: string
  /** The files that a model of the reader's own needs here, and what the button says that brings the page's own back. */
  readonly own?: { readonly files: string; readonly back: string }
  /** Where there is no place for one: what becomes of what is typed. */
  readonly note?: string
}

/** The one page that fetches from elsewhere, where its reader says so. */
export const ownModelFile = 'own.html'

const FILES = '<code>config.json</code>, <code>tokenizer.json</code>, <code>model.safetensors</code>'

export const sitePages: readonly SitePage[] = [
  {
    file: 'index.html',
    name: 'Stories',
    lede: 'A small language model writes a story in this page; the lines show which words it looks back at.',
    own: { files: `A language model: ${FILES}.`, back: 'Back to the stories' }
  },
  {
    file: 'translate.html',
    name: 'Translation',
    lede: 'A small model turns English into Chinese in this page; the lines show which English words it looks at for each Chinese one.',
    own: { files: `A translation model of the Marian form: ${FILES}.`, back: 'Back to English and Chinese' }
  },
  {
    file: 'sentiment.html',
    name: 'Sentiment',
    lede: 'A small model judges whether a sentence speaks well of something; the tints show the words that its judgement hung on.',
    own: { files: `A classifier of the same form: ${FILES}.`, back: 'Back to our own model' }
  },
  {
    file: 'dates.html',
    name: 'Dates',
    lede: 'A small model reads dates as people write them; the lines show which characters it looks at for each one it writes.',
    own: { files: `A model of the same form: ${FILES}.`, back: 'Back to our own model' }
  },
  {
    file: 'change.html',
    name: 'Change it',
    lede: 'Touch any number inside a running model, and see at once what becomes of its output.',
    note: '<span id="model-name"></span>. Nothing leaves the page.'
  },
  {
    file: ownModelFile,
    name: 'Your own',
    lede: 'Any small model of yours, or of the Hugging Face Hub, runs in this page: a folder as it is, a GGUF or llama2.c file.',
    note: 'Nothing is uploaded. A token goes to the model’s own host and is not kept.'
  }
]

/** Pages that stand apart: none of the navigation's. */
export const otherFiles: readonly string[] = ['gallery.html']

/** The first page is the site's root: its address is the folder's own. */
const addressOf = ({ file }: SitePage) => (file === 'index.html' ? './' : `./${file}`)

/** What every document of the site begins with. */
const head = `<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="./page.css" />`

function masthead(page: SitePage): string {
  const links = sitePages.map(
    (each) => `<a href="${addressOf(each)}"${each === page ? ' aria-current="page"' : ''}>${each.name}</a>`
  )
  return `<header class="masthead">
      <h1>Attenscope</h1>
      <nav aria-label="Models">${links.join('\n')}</nav>
      <p>${page.lede}</p>
    </header>`
}

function colophon({ own, note }: SitePage): string {
  const choice = own
    ? `<p id="model-name"></p>
      <p>
        <label class="file-button">Choose a model’s files…<input id="model-files" type="file" multiple /></label>
        or drop its folder on the page. ${own.files} Nothing is uploaded.
        <button id="own-model" type="button" hidden>${own.back}</button>
      </p>`
    : `<p>${note}</p>`
  return `<footer class="colophon">
      ${choice}
      <p><a href="./gallery.html">Every view in every state</a></p>
    </footer>`
}

/** Of a figure's group: what its text is, what its heads and its rows are. */
const FIGURES: Readonly<Record<string, { readonly text: string; readonly heads: string; readonly looks: string }>> = {
  story: {
    text: 'The text',
    heads: 'Each small square is one head’s matrix. Point to preview a head, click to choose it.',
    looks: 'a word that looks back (the query), a column a word it looks at (the key)'
  },
  translation: {
    text: 'Both texts',
    heads: 'Cross: from the Chinese to the English. Encoder: within the English. Decoder: within the Chinese.',
    looks: 'a word that looks (the query), a column a word that it looks at (the key)'
  },
  own: {
    text: 'The text',
    heads: 'Point to preview a head, click to choose it.',
    looks: 'a word that looks (the query), a column a word that it looks at (the key)'
  }
}

/** The three views of a figure: the text, all heads, one of them. */
function views(group: string): string {
  const { text, heads, looks } = FIGURES[group] ?? { text: '', heads: '', looks: '' }
  return `<section class="words" aria-label="${text}">
        <attn-heads group="${group}"></attn-heads>
      </section>
      <section class="overview" aria-label="All heads">
        <h2>All heads</h2>
        <attn-grid group="${group}"></attn-grid>
        <p class="caption">A row is a layer, a column a head. ${heads}</p>
      </section>
      <section class="matrix" aria-label="One head">
        <attn-matrix group="${group}"></attn-matrix>
        <p class="caption">A row is ${looks}. Each row adds up to 100&#8239;%.</p>
      </section>`
}

/** The views of numbers, each with a sentence on what it shows. */
const CLOSER = {
  'attn-steps': 'One word’s attention, step by step',
  'attn-neurons': 'The same, element by element',
  'attn-lens': 'What the model would say after each layer',
  'attn-cache': 'What it remembers',
  'attn-plane': 'Queries and keys',
  'attn-summary': 'Every head in numbers'
} as const

/** Below a page's figure: what its group shows, in numbers. */
function closer(group: string): string {
  const views = Object.entries(CLOSER).map(
    ([tag, title]) => `<section><h3>${title}</h3><${tag} group="${group}"></${tag}></section>`
  )
  return `<section class="closer" aria-label="Look closer">
      <h2>Look closer</h2>
      ${views.join('\n')}
      <section class="wide"><h3>How positions can be told</h3><attn-position></attn-position></section>
    </section>`
}

/** Puts the head and the frame around a page's own part, where its HTML leaves room for it. */
export function withFrame(file: string, html: string): string {
  const page = sitePages.find((each) => each.file === file)
  const whole = html.replace('<!-- head -->', head)
  if (!page) return whole
  return whole
    .replace('<!-- masthead -->', masthead(page))
    .replace(/<!-- views (\w+) -->/, (_, group: string) => views(group))
    .replace(/<!-- closer (\w+) -->/, (_, group: string) => closer(group))
    .replace('<!-- colophon -->', colophon(page))
}
