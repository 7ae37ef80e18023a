/**
 * The first view of each page: web/demo/shared/openings.json is the best of its search, run again with the models of the
 * site. `npm run openings` searches for the file again.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadModel, nameHead, type Model } from 'attenscope'
import { describe, expect, it } from 'vitest'
import * as search from '../../scripts/lib/openings.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Opening {
  readonly text: string
  readonly layer: number
  readonly head: number
  readonly query?: number
  readonly word?: string
  readonly score: number
}
const openings = JSON.parse(readFileSync(join(root, 'web/demo/shared/openings.json'), 'utf8')) as Readonly<
  Record<string, Opening>
>
const opening = (name: string): Opening => openings[name] ?? expect.fail(`no ${name}`)

async function withModel(name: string, use: (model: Model) => Promise<void>): Promise<void> {
  const model = await loadModel(join(root, 'models', name))
  try {
    await use(model)
  } finally {
    await model.dispose()
  }
}

async function expectBest(name: string, model: Model, texts: readonly string[], rank: search.Rank): Promise<void> {
  const [best] = await search.bestOf(model, texts, rank)
  const { score, ...view } = opening(name)
  expect(best).toMatchObject(view)
  expect(best?.score).toBeCloseTo(score, 3)
}

describe('each page opens with the best view of its search', () => {
  it('stories: a pronoun looks at the person that it means', () =>
    withModel('stories', async (model) => {
      await expectBest('stories', model, search.stories, search.rankStory)
      const { text, layer, head, query = -1, word } = opening('stories')
      const { trace, tokens } = await model.run(text, { capture: ['pattern'], logits: 'none' })
      const row = [...trace.row(layer, head, query)]
      const strongest = row.indexOf(Math.max(...row))
      expect([tokens[query]?.text, tokens[strongest]?.text]).toEqual([word, 'Lily'])
      // Far back, and neither the first token nor the word before.
      expect(query - strongest).toBeGreaterThan(5)
      expect(Math.max(row[0] ?? 1, row[query - 1] ?? 1, row[query] ?? 1)).toBeLessThan(0.1)
      expect(nameHead(trace, layer, head)).toBeUndefined()
    }))

  it('stories: a head that looks at the previous word scores near 0', () =>
    withModel('stories', async (model) => {
      const views = await search.rankStory(model, 'Lily found a shiny key under the old tree. She')
      const previous = views.find(({ layer, head }) => layer === 3 && head === 2)
      expect(previous?.score).toBeLessThan(0.05)
      expect(views[0]?.score).toBeGreaterThan(0.8)
    }))

  it('translate: the lines join words with their translations', () =>
    withModel('translate', (model) => expectBest('translate', model, search.sentences, search.rankTranslation)))

  it('sentiment: the words that praise or blame stand out', () =>
    withModel('sentiment', (model) => expectBest('sentiment', model, search.reviews, search.rankReview)))

  it('dates, in each language: the path jumps', () =>
    withModel('dates', async (model) => {
      for (const [language, texts] of Object.entries(search.dates))
        await expectBest(`dates.${language}`, model, texts, search.rankDate)
    }))
})
