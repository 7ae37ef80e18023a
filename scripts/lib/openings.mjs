// Ranks layer × head × query of a model by how much there is to see, for the first view of each page of the site.
//
// A view is worth looking at where a head gives most of a query's weight to one word that means something and is far
// away. A head that looks at the previous, the first or the own token scores 0.

/** Beginnings of stories, each with a pronoun whose meaning stands earlier in the text. */
export const stories = [
  'Once upon a time there was a little dog named Max. He',
  'Once upon a time there was a little dog named Max. Max saw a big red ball. He',
  'Lily found a shiny key under the old tree. She',
  'Lily had a little cat and a red ball. She',
  'Tom and his sister were playing in the park when they'
]

/** Sentences whose translation puts words in another order. */
export const sentences = [
  'The cat is sleeping under the old tree.',
  'Where is the nearest railway station?',
  'I bought a new book yesterday.',
  'She has been learning Chinese for three years.'
]

/** English words of the sentences, each with the Chinese that translates it. */
const GLOSSARY = {
  ...{ cat: '猫', sleeping: '睡', under: '下', old: '老', tree: '树', where: '哪', nearest: '最近', railway: '铁路' },
  ...{ station: '站', i: '我', bought: '买', new: '新', book: '书', yesterday: '昨天', she: '她', learning: '学' },
  ...{ chinese: '中', three: '三', years: '年' }
}

export const reviews = [
  'The plot is thin, but the actors are so charming that you forgive it everything.',
  'A warm and funny film.',
  'I wanted to like it, and fell asleep after ten minutes.',
  'Not a bad idea, badly told.'
]

/** The words of the reviews that praise or blame. */
const OPINIONS = new Set(['thin', 'charming', 'forgive', 'warm', 'funny', 'asleep', 'bad', 'badly'])

/** The dates of the page in each language of the site. */
export const dates = {
  en: ['Tuesday, 3 March 2026', 'the 21st of Nov, 1998', '07/04/76'],
  'zh-Hans': ['2008年8月8日', '二〇一二年十二月三十一日', '1998年11月21日']
}

/** Tokens that are nearer than this to the query are no discovery. */
const FAR = 3

const PRONOUNS = new Set(['he', 'she', 'it', 'they', 'him', 'her', 'them', 'his', 'their'])
/** The nouns of the stories that a pronoun stands for; a name has a capital letter within a sentence. */
const SOMEONE = new Set(['dog', 'cat', 'boy', 'girl', 'sister', 'brother', 'mom', 'dad', 'man', 'bird', 'friend'])

const plain = (token) => token.text.trim().toLowerCase()

function isSomeone(tokens, at) {
  const { text } = tokens[at]
  const before = tokens[at - 1]
  const isName = /^ ?[A-Z][a-z]+$/.test(text) && !PRONOUNS.has(plain(tokens[at]))
  return SOMEONE.has(plain(tokens[at])) || (isName && (at <= 1 || !/[.!?"\n]/.test(before?.text ?? '')))
}

const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / Math.max(1, numbers.length)

function everyHead({ layers, headCount }) {
  return layers.flatMap((layer) => Array.from({ length: headCount }, (_, head) => ({ layer, head })))
}

/** Sorts views, the best first; equal ones stay in the order of the search. */
export function ranked(views) {
  return [...views].sort((a, b) => b.score - a.score)
}

/**
 * The pronouns of a text and the people and animals that they may mean: each head's score is the mean weight that it
 * gives from a pronoun to one of them, at least FAR tokens back.
 */
export async function rankStory(model, text) {
  const { trace, tokens } = await model.run(text, { capture: ['pattern'], logits: 'none' })
  const queries = tokens.flatMap((token, at) => (PRONOUNS.has(plain(token)) ? [at] : []))
  const views = everyHead(trace).flatMap((head) =>
    queries.map((query) => {
      const row = trace.row(head.layer, head.head, query)
      const keys = tokens.flatMap((_, key) => (key <= query - FAR && key > 0 && isSomeone(tokens, key) ? [key] : []))
      const strongest = keys.sort((a, b) => row[b] - row[a])
      return {
        ...head,
        query,
        word: tokens[query].text,
        keys: strongest,
        score: strongest.reduce((sum, key) => sum + row[key], 0)
      }
    })
  )
  return ranked(views)
}

/**
 * The cross-attention of a translation: a head's score is the mean weight that it gives from a written word to the word
 * of the source that it translates, so its lines show which word became which. The query is the one whose word moved
 * furthest.
 */
export async function rankTranslation(model, text) {
  const { tokens, trace } = await model.translate(text, { capture: ['pattern'] })
  const cross = trace.view('cross')
  const pairs = tokens.flatMap((token, query) =>
    cross.tokens.flatMap((source, key) => {
      const chinese = GLOSSARY[plain(source)]
      return chinese !== undefined && token.text.includes(chinese) ? [{ query, key }] : []
    })
  )
  // Counted from 0 to 1 along both texts, so that their lengths do not matter.
  const moved = ({ query, key }) => Math.abs(key / cross.tokens.length - query / tokens.length)
  const views = everyHead(cross).map(({ layer, head }) => {
    const weight = ({ query, key }) => cross.row(layer, head, query)[key]
    const [furthest] = [...pairs].sort((a, b) => weight(b) * moved(b) - weight(a) * moved(a))
    return { layer, head, ...furthest, word: tokens[furthest?.query ?? 0].text, score: mean(pairs.map(weight)) }
  })
  return ranked(views)
}

/** A review by the weight of its words that praise or blame. */
export async function rankReview(model, text) {
  const { trace } = await model.classify(text, { capture: ['pattern'] })
  const [layer] = trace.layers
  const row = trace.row(layer, 0, 0)
  const keys = trace.tokens.flatMap((token, key) => (OPINIONS.has(plain(token)) ? [key] : []))
  return [{ layer, head: 0, score: keys.reduce((sum, key) => sum + row[key], 0) }]
}

/** A date by how far its characters move: the mean step of the strongest key from one written character to the next. */
export async function rankDate(model, text) {
  const { trace, text: written } = await model.translate(text, { capture: ['pattern'] })
  const cross = trace.view('cross')
  const [layer] = cross.layers
  const bests = [...written].map((_, query) => {
    const row = cross.row(layer, 0, query)
    return { key: row.indexOf(Math.max(...row)), weight: Math.max(...row) }
  })
  const steps = bests.slice(1).map(({ key, weight }, at) => weight * Math.abs(key - bests[at].key))
  return [{ layer, head: 0, score: mean(steps) }]
}

/** The best view of each text, the best text first. */
export async function bestOf(model, texts, rank) {
  const found = []
  for (const text of texts) {
    const [best] = await rank(model, text)
    found.push({ text, ...best })
  }
  return ranked(found)
}
