/** GGUF files, compared with the package that writes them and with transformers, and invalid GGUF files. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectModel, loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { golden } from './support/folders.js'
import { largestDifference, readGolden } from './support/golden-file.js'
import { serve } from './support/server.js'

const folder = golden('gguf')
const path = join(folder, 'llama-every-type.gguf')

describe('a Llama in every supported GGUF type', () => {
  it('equals transformers with the weights that the gguf package reads', async () => {
    const model = await loadModel(path)
    const expected = await readGolden(join(folder, 'llama-every-type.safetensors'))
    const ids = Array.from(expected.get('input_ids')?.data ?? [])
    const run = await model.run({ ids }, { logits: 'all' })
    expect(run.logits.shape).toEqual(expected.get('logits')?.shape)
    expect(largestDifference(run.logits.data, expected.get('logits')?.data ?? [])).toBeLessThanOrEqual(1e-4)
    const pattern = await run.trace.compute('blocks.0.attn.pattern')
    expect(largestDifference(pattern.data, expected.get('blocks.0.attn.pattern')?.data ?? [])).toBeLessThanOrEqual(1e-4)
    await model.dispose()
  })

  it('splits texts as a tokenizer of the same vocabulary does', async () => {
    const model = await loadModel(path)
    const { encodings } = JSON.parse(await readFile(join(folder, 'llama-every-type.json'), 'utf8')) as {
      encodings: { text: string; ids: number[] }[]
    }
    for (const { text, ids } of encodings) {
      const run = await model.run(text)
      expect(
        run.tokens.map(({ id }) => id),
        text
      ).toEqual(ids)
    }
    await model.dispose()
  })

  it('is described without loading its weights, with the tensor names of the file', async () => {
    const { info, tensors } = await inspectModel(path)
    expect(info).toMatchObject({
      family: 'llama',
      L: 1,
      N: 4,
      K: 1,
      H: 64,
      C: 256,
      context: 64,
      hasTokenizer: true
    })
    expect(tensors.find(({ name }) => name === 'blk.0.attn_q.weight')).toMatchObject({
      dtype: 'Q4_K',
      shape: [256, 256]
    })
  })

  it('loads from a URL, from a folder without a config, and as a dropped file', async () => {
    const bytes = new Uint8Array(await readFile(path))
    const origin = await serve((_, response) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes))
    for (const source of [`${origin}/models/a.gguf`, folder, [new File([bytes], 'a.gguf')]]) {
      const model = await loadModel(source)
      expect(model.info).toMatchObject({ family: 'llama', dtype: 'f32' })
      await model.dispose()
    }
  })
})

describe.each(['qwen2', 'qwen3', 'gemma2', 'phi3', 'gpt2'])('a GGUF file of the architecture %s', (architecture) => {
  const architectures = golden('gguf-architectures')
  const file = join(architectures, `${architecture}.gguf`)

  it('equals transformers with the same file', async () => {
    const model = await loadModel(file)
    expect(model.info).toMatchObject({ family: architecture, task: 'causal-lm', L: 2, hasTokenizer: false })
    const expected = await readGolden(join(architectures, `${architecture}.safetensors`))
    const run = await model.run({ ids: Array.from(expected.get('input_ids')?.data ?? []) }, { logits: 'all' })
    expect(run.logits.shape).toEqual([9, 40])
    expect(largestDifference(run.logits.data, expected.get('logits')?.data ?? [])).toBeLessThanOrEqual(1e-4)
    for (const layer of [0, 1]) {
      const name = `blocks.${layer}.attn.pattern`
      const pattern = await run.trace.compute(name)
      expect(largestDifference(pattern.data, expected.get(name)?.data ?? [])).toBeLessThanOrEqual(1e-4)
    }
    await model.dispose()
  })

  it('is refused with the name of an unexpected key', async () => {
    const bytes = new Uint8Array(await readFile(file))
    const key = `${architecture}.context_length`
    bytes.set(new TextEncoder().encode('unknown'), Buffer.from(bytes).indexOf(key) + architecture.length + 1)
    const changed = `${architecture}.unknown_length`
    await expectError(loadModel([new File([bytes], 'a.gguf')]), 'unsupported', changed)
  })
})

describe('an invalid GGUF file', () => {
  const file = async (change: (bytes: Uint8Array, view: DataView) => Uint8Array | void) => {
    const bytes = new Uint8Array(await readFile(path))
    return [new File([new Uint8Array(change(bytes, new DataView(bytes.buffer)) ?? bytes)], 'a.gguf')]
  }
  /** Returns the first index of a text. */
  const find = (bytes: Uint8Array, text: string) => Buffer.from(bytes).indexOf(text)

  type Change = (bytes: Uint8Array) => Uint8Array | void
  const liars: readonly [string, Change, 'bad-model' | 'unsupported', string][] = [
    ['no magic number', (b) => void b.set([0x20]), 'bad-model', 'GGUF'],
    ['an unknown version', (b) => void b.set([9], 4), 'unsupported', 'version 9'],
    ['an impossible number of tensors', (b) => void b.fill(0xff, 8, 16), 'bad-model', 'number of tensors'],
    ['an impossible number of keys', (b) => void b.fill(0xff, 16, 24), 'bad-model', 'number of metadata keys'],
    ['a name longer than the file', (b) => void b.fill(0xff, 24, 32), 'bad-model', 'metadata key 0'],
    ['an end within the header', (b) => b.slice(0, 700), 'bad-model', '700 bytes'],
    ['an end within a tensor', (b) => b.slice(0, b.length - 100), 'bad-model', 'cut off in tensor'],
    ['an unsupported architecture', (b) => void b.set([0x6d], find(b, 'llama')), 'unsupported', 'mlama'],
    [
      'a tokenizer of another kind',
      (b) => void b.set([0x6d], find(b, 'tokenizer.ggml.model') + 32),
      'unsupported',
      'mlama'
    ],
    ['an unknown tensor name', (b) => void b.set([0x63], find(b, 'blk.0.attn_q')), 'bad-model', 'blk.0.attn_q.weight']
  ]
  it.each(liars)('%s', async (_, change, code, words) => {
    await expectError(loadModel(await file(change)), code, 'a.gguf'.slice(0, code === 'bad-model' ? 0 : 6), words)
  })

  it.each([
    ['an unsupported type', 16 + 4, [2, 0], 'bad-model'],
    ['an offset inside another tensor', 16 + 8, [32, 0], 'bad-model']
  ] as const)('%s', async (_, offset, value, code) => {
    const files = await file((bytes) => {
      const at = find(bytes, 'blk.0.attn_norm.weight') + 'blk.0.attn_norm.weight'.length
      bytes.set(value, at + offset - 8)
    })
    await expectError(loadModel(files), code, 'blk.0.')
  })

  it('does not prevent the next model from loading', async () => {
    await expectError(loadModel(await file((bytes) => bytes.slice(0, 5000))), 'bad-model', 'a.gguf')
    const model = await loadModel(path)
    await model.dispose()
  })
})
