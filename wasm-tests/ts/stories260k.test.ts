/** karpathy's stories260K, loaded from its original file, generates the story that llama2.c prints. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { golden, sharedFolder } from './support/folders.js'
import { largestDifference, readGolden } from './support/golden-file.js'

if (!sharedFolder) console.log('skipped: stories260K, because ATTENSCOPE_SHARED is not set')

describe.skipIf(!sharedFolder)('stories260K', () => {
  const weights = join(sharedFolder ?? '', 'weights/stories260K')

  const model260K = () => loadModel(join(weights, 'stories260K.bin'))

  async function textOf(source: string, prompt: string, maxNewTokens: number): Promise<string> {
    const model = await loadModel(source)
    let text = ''
    for await (const step of model.generate(prompt, { maxNewTokens })) text += step.token.text
    await model.dispose()
    return text
  }

  it('generates the sample that its authors printed, for its first 200 tokens', async () => {
    const notes = await readFile(join(weights, 'stories260K.md'), 'utf8')
    const sample = /-t 0\.0\n([^`]+)```/.exec(notes)?.[1] ?? ''
    expect(sample).toMatch(/^Once upon a time/)

    const text = await textOf(join(weights, 'stories260K.bin'), '', 200)
    expect(text.length).toBeGreaterThan(400)
    expect(sample.startsWith(text), text).toBe(true)
    // In 8 bits the first three sentences are the same.
    const rounded = await textOf(join(weights, 'stories260K-q8.bin'), '', 60)
    expect(sample.startsWith(rounded), rounded).toBe(true)
  })

  it('its weights in 8 bits equal those of the float32 file, within half a step of their groups', async () => {
    const logits = async (file: string) => {
      const model = await loadModel(join(weights, file))
      const { data } = (await model.run({ ids: [1, 403, 407, 261, 378] }, { logits: 'last' })).logits
      await model.dispose()
      return data
    }
    const exact = await logits('stories260K.bin')
    const rounded = await logits('stories260K-q8.bin')
    expect(rounded.length).toBe(512)
    expect(largestDifference(rounded, exact)).toBeLessThan(0.5)
    expect(largestDifference(rounded, exact)).toBeGreaterThan(0)
  })

  it('a model of single characters, with its original SentencePiece file', async () => {
    const model = await loadModel(join(sharedFolder ?? '', 'weights/babyllama-tok105/model5000.bin'))
    const run = await model.run('Once  upon')
    // This tokenizer merges two spaces into one, as its file requires: the token stands for the first space.
    expect(run.tokens.map(({ text }) => text).slice(1)).toEqual(['', 'O', 'n', 'c', 'e', ' ', 'u', 'p', 'o', 'n'])
    let text = ''
    for await (const step of model.generate('Once upon a time', { maxNewTokens: 60 })) text += step.token.text
    expect(text).toMatch(/^, there was a little (girl|boy) named [A-Z][a-z]+\./)
    await model.dispose()
  })

  it('agrees with transformers within 1e-4', async () => {
    const model = await model260K()
    const expected = await readGolden(join(golden('stories260K'), 'golden.safetensors'))
    const ids = Array.from(expected.get('input_ids')?.data ?? [])
    const run = await model.run({ ids }, { logits: 'all' })
    expect(run.logits.shape).toEqual(expected.get('logits')?.shape)
    expect(largestDifference(run.logits.data, expected.get('logits')?.data ?? [])).toBeLessThanOrEqual(1e-4)
    const pattern = await run.trace.compute('blocks.4.attn.pattern')
    expect(largestDifference(pattern.data, expected.get('blocks.4.attn.pattern')?.data ?? [])).toBeLessThanOrEqual(1e-4)
    await model.dispose()
  })
})
