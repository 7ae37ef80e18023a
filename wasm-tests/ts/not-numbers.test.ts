/** Weights and results that are NaN or infinite: every call ends with an error that names the place. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadModel, type Model } from 'attenscope'
import { describe, expect, it, onTestFinished } from 'vitest'

import { hasNonFinite } from '../../web/lib/formats/finite-numbers.js'
import { checkNumbers } from '../../web/lib/session/check-numbers.js'
import { expectError } from './support/errors.js'
import { copyOf, golden } from './support/folders.js'

interface Header {
  readonly [tensor: string]: { readonly data_offsets: readonly [number, number] }
}

/** A copy of a model in which every number of the tensors with a name like `pattern` is `value`. */
async function folderWith(name: string, pattern: RegExp, value: number, first = 0): Promise<string> {
  const folder = await copyOf(golden(name))
  const path = join(folder, 'model.safetensors')
  const bytes = await readFile(path)
  const start = 8 + Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Header
  const found = Object.entries(header).filter(([tensor]) => pattern.test(tensor))
  expect(found.length).toBeGreaterThan(0)
  for (const [, { data_offsets: offsets }] of found) {
    for (let at = offsets[0] + first; at < offsets[1]; at += 4) bytes.writeFloatLE(value, start + at)
  }
  await writeFile(path, bytes)
  return folder
}

async function loaded(name: string, pattern: RegExp, value: number): Promise<Model> {
  const model = await loadModel(await folderWith(name, pattern, value))
  onTestFinished(() => model.dispose())
  return model
}

async function lastOf(steps: AsyncIterable<unknown>): Promise<unknown> {
  let last: unknown
  for await (const step of steps) last = step
  return last
}

const input = { ids: [1, 2, 3] }
/** Near the largest number: sums of two are infinite, and a difference of infinities is NaN. */
const huge = 3e38

describe('weights', () => {
  it.each([
    ['NaN', NaN],
    ['∞', Infinity],
    ['−∞', -Infinity]
  ])('that are %s are refused by their tensor', async (_, value) => {
    const folder = await folderWith('llama-tiny', /layers\.1\.mlp\.up_proj\.weight/, value)
    await expectError(() => loadModel(folder), 'bad-model', 'model.layers.1.mlp.up_proj.weight', 'model.safetensors')
  })

  it('of which one is NaN are refused', async () => {
    const folder = await folderWith('llama-tiny', /^lm_head\.weight$/, NaN, 48 * 67 * 4 - 4)
    await expectError(() => loadModel(folder), 'bad-model', 'lm_head.weight')
  })

  it.each([
    ['F32', [0, 0, 0xc0, 0x7f]],
    ['F16', [0, 0x7e]],
    ['BF16', [0xc0, 0x7f]],
    ['Q8_0', [0, 0x7e, ...new Array<number>(32).fill(0)]],
    ['Q4_0', [0, 0x7e, ...new Array<number>(16).fill(0)]],
    ['Q4_K', [0, 0, 0, 0x7e, ...new Array<number>(140).fill(0)]],
    ['Q6_K', [...new Array<number>(208).fill(0), 0, 0x7e]]
  ])('in %s are found, at any place in memory', (dtype, bad) => {
    const good = bad.map(() => 0x3b)
    for (const offset of [0, 1, 2]) {
      const at = (bytes: readonly number[]) =>
        Uint8Array.from([...new Array<number>(offset).fill(9), ...bytes]).subarray(offset)
      expect(hasNonFinite(at([...good, ...bad]), dtype)).toBe(true)
      expect(hasNonFinite(at([...good, ...good]), dtype)).toBe(false)
    }
  })

  it('may be −∞ in a vector, where it forbids an output', () => {
    const bytes = new Uint8Array(Float32Array.of(-Infinity).buffer)
    expect(hasNonFinite(bytes, 'F32', true)).toBe(false)
    expect(hasNonFinite(bytes, 'F32')).toBe(true)
  })
})

describe('results', () => {
  it('of weights that are too large end a run and a generation with the place', async () => {
    const model = await loaded('llama-tiny', /^lm_head\.weight$/, huge)
    await expectError(() => model.run(input), 'bad-model', 'logits of token 0')
    await expectError(() => model.run(input, { logits: 'last' }), 'bad-model', 'logits of token 2')
    await expectError(() => lastOf(model.generate(input, { maxNewTokens: 5 })), 'bad-model', 'logits of step 0')
    await expectError(() => model.headEffects(input), 'bad-model', 'logits of token 2')
    // Another call on the same model still answers.
    expect((await model.run(input, { logits: 'none' })).tokens).toHaveLength(3)
  })

  it('of a classifier, of a translation and of an embedding do so too', async () => {
    const classifier = await loaded('families/bert-text', /^classifier\.weight$/, huge)
    await expectError(() => classifier.classify(input), 'bad-model', 'logits')
    const translator = await loaded(
      'families/bart-seq2seq',
      /final_layer_norm\.weight$|layernorm_embedding\.weight$/,
      huge
    )
    await expectError(() => translator.translate(input), 'bad-model', 'NaN')
    const encoder = await loaded('families/bert-bare', /LayerNorm\.weight$/, huge)
    await expectError(() => encoder.embed(input), 'bad-model', 'token 0')
  })

  it('of edits that make numbers too large are told as the edits’ fault', async () => {
    const model = await loadModel(golden('llama-tiny'))
    onTestFinished(() => model.dispose())
    const edits = [{ at: 'final_norm', op: 'scale', value: 3e38 } as const]
    await expectError(() => model.run(input, { edits }), 'option', 'edits')
    await expectError(() => lastOf(model.generate(input, { edits, maxNewTokens: 2 })), 'option', 'step 0', 'edits')
  })

  it('may hold −∞ beside numbers, and anything in a row of padding', () => {
    const place = (row: number) => `row ${row}`
    const check = (...numbers: number[]) =>
      checkNumbers({
        ...{ data: Float32Array.from(numbers), columns: 2, what: 'the logits', place, isEdited: false },
        counts: (row) => row > 0
      })
    expect(() => check(NaN, NaN, -Infinity, 0)).not.toThrow()
    expect(() => check(0, 0, -Infinity, -Infinity)).toThrow('row 1 are all −∞')
    expect(() => check(0, 0, 0, NaN)).toThrow('row 1 hold NaN')
    expect(() => check(0, 0, Infinity, 0)).toThrow('row 1 hold +∞')
  })
})
