/** karpathy's stories260K, converted to a standard folder, tells the story that llama2.c prints for it. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { emptyFolder, golden, root, sharedFolder } from './support/folders.js'
import { largestDifference, readGolden } from './support/golden-file.js'

if (!sharedFolder) console.log('skipped: stories260K, because ATTENSCOPE_SHARED is not set')

describe.skipIf(!sharedFolder)('stories260K', () => {
  const weights = join(sharedFolder ?? '', 'weights/stories260K')

  async function converted(): Promise<string> {
    const script = pathToFileURL(join(root, 'training/convert-llama2c.mjs')).href
    const { convertLlama2c } = (await import(script)) as {
      convertLlama2c(modelPath: string, tokenizerPath: string, outDir: string): Promise<unknown>
    }
    const folder = await emptyFolder()
    await convertLlama2c(join(weights, 'stories260K.bin'), join(weights, 'tok512.bin'), folder)
    return folder
  }

  it('generates the sample that its authors printed, for its first 200 tokens', async () => {
    const model = await loadModel(await converted())
    const notes = await readFile(join(weights, 'stories260K.md'), 'utf8')
    const sample = /-t 0\.0\n([^`]+)```/.exec(notes)?.[1] ?? ''
    expect(sample).toMatch(/^Once upon a time/)

    let text = ''
    for await (const step of model.generate('', { maxNewTokens: 200 })) text += step.token.text
    expect(text.length).toBeGreaterThan(400)
    expect(sample.startsWith(text), text).toBe(true)
    await model.dispose()
  })

  it('agrees with transformers within 1e-4', async () => {
    const model = await loadModel(await converted())
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
