/**
 * The experiments in web/demo/shared/experiments.json, checked with the models of the site. `npm run experiments`
 * searches for them again.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadModel, type Edit, type Model } from 'attenscope'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Outcome {
  readonly probability: number
  readonly text?: string
}
interface Experiment {
  readonly id: string
  readonly model: string
  readonly text: string
  readonly edits: readonly Edit[]
  readonly query?: number
  readonly token?: number
  readonly word: string
  readonly label?: string
  readonly before: Outcome
  readonly after: Outcome
}

const experiments = JSON.parse(
  readFileSync(join(root, 'web/demo/shared/experiments.json'), 'utf8')
) as readonly Experiment[]
const named = (id: string): Experiment => experiments.find((each) => each.id === id) ?? expect.fail(`no ${id}`)
const tolerance = 1e-3

async function withModel(name: string, use: (model: Model) => Promise<void>): Promise<void> {
  const model = await loadModel(join(root, 'models', name))
  try {
    await use(model)
  } finally {
    await model.dispose()
  }
}

function probability(logits: Float32Array, id: number): number {
  const most = Math.max(...logits)
  const sum = logits.reduce((total, value) => total + Math.exp(value - most), 0)
  return Math.exp((logits[id] ?? NaN) - most) / sum
}

async function continuation(model: Model, text: string, edits: readonly Edit[]): Promise<string> {
  let written = ''
  for await (const { token } of model.generate(text, { maxNewTokens: 32, edits })) written += token.text
  return written
}

describe('the experiments hold for the models of the site', () => {
  it('there are three', () => expect(experiments.map(({ id }) => id)).toEqual(['name', 'bend', 'turn']))

  it('without one head a story loses the name', async () => {
    const { model: folder, text, edits, token = -1, word, before, after } = named('name')
    expect(edits).toHaveLength(1)
    await withModel(folder, async (model) => {
      const likelihood = async (changes: readonly Edit[]) =>
        probability((await model.run(text, { logits: 'last', edits: changes })).logits.data, token)
      expect(Math.abs((await likelihood([])) - before.probability)).toBeLessThan(tolerance)
      expect(Math.abs((await likelihood(edits)) - after.probability)).toBeLessThan(tolerance)
      const [original, edited] = [await continuation(model, text, []), await continuation(model, text, edits)]
      expect([original, edited]).toEqual([before.text, after.text])
      expect(original).toContain(word)
      expect(edited).not.toContain(word)
      expect(before.probability - after.probability).toBeGreaterThan(0.3)
    })
  })

  it('a translation with edited cross-attention has another word of the sentence', async () => {
    const { model: folder, text, edits, query = -1, token = -1, before, after } = named('bend')
    await withModel(folder, async (model) => {
      const plain = await model.translate(text)
      const bent = await model.translate(text, { edits })
      expect([plain.text, bent.text]).toEqual([before.text, after.text])
      expect(bent.tokens[query]?.id).toBe(token)
      expect(plain.tokens[query]?.id).not.toBe(token)
      expect(plain.tokens.map(({ id }) => id)).toContain(token)
      const target = { ids: (plain.trace.targetTokens ?? []).slice(0, query + 1).map(({ id }) => id) }
      const likelihood = async (changes: readonly Edit[]) =>
        probability((await model.run(text, { target, logits: 'last', edits: changes })).logits.data, token)
      expect(Math.abs((await likelihood([])) - before.probability)).toBeLessThan(tolerance)
      expect(Math.abs((await likelihood(edits)) - after.probability)).toBeLessThan(tolerance)
    })
  })

  it('a classification changes when one token is hidden', async () => {
    const { model: folder, text, edits, label, before, after } = named('turn')
    await withModel(folder, async (model) => {
      const score = async (changes: readonly Edit[]) =>
        (await model.classify(text, { edits: changes })).labels.find((each) => each.label === label)?.score ?? NaN
      expect(Math.abs((await score([])) - before.probability)).toBeLessThan(tolerance)
      expect(Math.abs((await score(edits)) - after.probability)).toBeLessThan(tolerance)
      expect([before.probability > 0.5, after.probability < 0.5]).toEqual([true, true])
    })
  })
})
