// Finds the text, head and word that each page of a model opens with, and writes them to web/demo/shared/openings.json.
//
//     npm run openings
//
// Run this script again after a model in models/ changed. scripts/lib/openings.mjs has the candidates and the scores. The
// same weights give the same file.
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { main, step } from './lib/log.mjs'
import {
  bestOf,
  dates,
  rankDate,
  rankReview,
  rankStory,
  rankTranslation,
  reviews,
  sentences,
  stories
} from './lib/openings.mjs'
import { dist, root } from './lib/paths.mjs'

const { loadModel } = await import(join(dist, 'index.js'))
const target = join(root, 'web/demo/shared/openings.json')

/** Each page's model, with the candidates and their rank; the dates are written in the language of the page. */
const SEARCHES = [
  ['stories', 'stories', stories, rankStory],
  ['translate', 'translate', sentences, rankTranslation],
  ['sentiment', 'sentiment', reviews, rankReview],
  ...Object.entries(dates).map(([language, texts]) => [`dates.${language}`, 'dates', texts, rankDate])
]

await main(async () => {
  const openings = {}
  for (const [name, folder, texts, rank] of SEARCHES) {
    const model = await loadModel(join(root, 'models', folder))
    const [{ text, layer, head, query, word, score }] = await bestOf(model, texts, rank)
    await model.dispose()
    openings[name] = { text, layer, head, query, word, score: Number(score.toPrecision(6)) }
    step(`${name}: layer ${layer}, head ${head}, ${score.toFixed(3)}: ${text}`)
  }
  writeFileSync(target, `${JSON.stringify(openings, null, 2)}\n`)
  step(`wrote ${relative(root, target)}`)
})
