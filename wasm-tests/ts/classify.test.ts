/** Classification: labels by probability, and the pattern of the learned query. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadModel, openTrace, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { rankLabels } from '../../web/lib/page/rank-labels.js'
import { expectError } from './support/errors.js'
import { copyOf, golden } from './support/folders.js'

const words = ['<pad>', '<unk>', 'a', 'film', 'good', 'bad', 'very', 'not', '.']

/** Returns a copy of the tiny classifier with a tokenizer of whole words. */
async function withWords(name: string): Promise<string> {
  const folder = await copyOf(golden(name))
  const tokenizer = {
    version: '1.0',
    added_tokens: [],
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab: Object.fromEntries(words.map((word, id) => [word, id])), unk_token: '<unk>' }
  }
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
  return folder
}

describe('classify', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(golden('lstm-classifier-deep'))
  })
  afterAll(() => model.dispose())

  it('info describes the model', () => {
    expect(model.info).toMatchObject({
      family: 'attenscope-lstm-classifier',
      kind: 'classifier',
      L: 2,
      N: 1,
      C: 16,
      V: 37,
      context: 512,
      labels: ['bad', 'middling', 'good'],
      parts: { encoder: { L: 2, N: 1, layers: [1], learnedQuery: true } }
    })
  })

  it('returns the softmax of the logits with their labels, the likeliest first', async () => {
    const input = { ids: [5, 9, 3, 30] }
    const { logits } = await model.run(input)
    expect(logits.shape).toEqual([3])
    const { labels } = await model.classify(input)
    const sum = logits.data.reduce((total, logit) => total + Math.exp(logit), 0)
    const expected = ['bad', 'middling', 'good'].map((label, i) => ({
      label,
      score: Math.exp(logits.data[i] ?? NaN) / sum
    }))
    for (const { label, score } of labels) {
      expect(score).toBeCloseTo(expected.find((each) => each.label === label)?.score ?? NaN, 6)
    }
    expect(labels.map(({ score }) => score)).toEqual(labels.map(({ score }) => score).sort((a, b) => b - a))
  })

  it('its pattern is one row over the tokens, in the last layer', async () => {
    const worded = await loadModel(await withWords('lstm-classifier-deep'))
    const { trace, labels } = await worded.classify('A very good film.', { capture: ['pattern'] })
    expect(labels).toHaveLength(3)
    expect(trace.tokens.map(({ text }) => text)).toEqual(
      ['A', ' very', ' good', ' film', '.'].map((text) => text.trim())
    )
    expect(trace).toMatchObject({ part: 'encoder', parts: ['encoder'], layers: [1], headCount: 1, keyCount: 5 })
    expect(trace.queries).toEqual({ first: 0, count: 1 })
    expect(trace.queryTokens).toEqual([])
    const { data, shape } = trace.pattern(1, 0)
    expect(shape).toEqual([1, 5])
    expect(data.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
    expect(trace.row(1, 0, 0)).toEqual(data)
    await expectError(() => trace.pattern(0, 0), 'option', 'layer', '1')
    await expectError(() => trace.pattern(1, 0, { part: 'cross' }), 'option', 'cross', '"encoder"')
    const [head] = await trace.heads()
    expect(head).toMatchObject({ layer: 1, head: 0 })
    expect(head?.entropy).toBeCloseTo(
      -data.reduce((sum, weight) => sum + (weight > 0 ? weight * Math.log2(weight) : 0), 0),
      4
    )
    const opened = await openTrace(await trace.save())
    expect(opened.pattern(1, 0)).toEqual(trace.pattern(1, 0))
    expect(opened.info.labels).toEqual(['bad', 'middling', 'good'])
    await worded.dispose()
  })

  it('an edit changes the probabilities', async () => {
    const input = { ids: [5, 9, 3, 30] }
    const plain = await model.classify(input)
    const edits = [{ at: 'blocks.1.attn.pattern', key: 1, op: 'zero' }] as const
    const edited = await model.classify(input, { edits, capture: ['pattern'] })
    expect(edited.trace.row(1, 0, 0)[1]).toBe(0)
    expect(edited.labels).not.toEqual(plain.labels)
  })

  it('unsupported calls are refused', async () => {
    await expectError(model.classify('good'), 'tokenizer', 'tokenizer.json')
    await expectError(model.classify({ ids: [] }), 'option', 'no tokens')
    await expectError(model.classify({ ids: [37] }), 'option', '36')
    await expectError(model.classify({ ids: Array.from({ length: 513 }, () => 1) }), 'too-long', '512')
    await expectError(model.classify({ ids: [1] }, { capture: ['nothing'] }), 'option', 'nothing')
    await expectError(model.classify({ ids: [1] }, { signal: AbortSignal.abort() }), 'aborted')
    await expectError(model.generate({ ids: [1] }).next(), 'unsupported', 'generate', 'attenscope-lstm-classifier')
    await expectError(model.translate({ ids: [1] }), 'unsupported', 'translate')
    await expectError(model.run({ ids: [1] }, { target: { ids: [1] } }), 'unsupported', 'target')
  })
})

it('large logits give valid probabilities', () => {
  expect(rankLabels(Float32Array.of(1000, -1000, 1000), ['a', 'b', 'c'])).toEqual([
    { label: 'a', score: 0.5 },
    { label: 'c', score: 0.5 },
    { label: 'b', score: 0 }
  ])
})
