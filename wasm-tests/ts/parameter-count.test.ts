/** inspectModel and loadModel count a model's parameters alike, and count shared tensors once. */

import { existsSync, readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectModel, loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { countParameters } from '../../web/lib/checkpoints/parameter-count.js'
import { copyOf, golden, root } from './support/folders.js'

/** The folders with a config and weights below this one. */
function modelsIn(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((each) => ['config.json', 'model.safetensors'].every((file) => existsSync(join(each, file))))
}

const folders = [...modelsIn(join(root, 'models')), ...modelsIn(golden('.')), ...modelsIn(golden('families'))]
const ggufFiles = readdirSync(golden('gguf'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.gguf'))
  .map((name) => join(golden('gguf'), name))

async function counts(source: string): Promise<{ inspected: number; loaded: number }> {
  const { info } = await inspectModel(source)
  const model = await loadModel(source)
  await model.dispose()
  return { inspected: info.parameters, loaded: model.info.parameters }
}

describe('the number of parameters', () => {
  it('is one number for every model that ships, every golden family and every GGUF file', async () => {
    expect(folders.length).toBeGreaterThan(60)
    expect(ggufFiles.length).toBeGreaterThan(0)
    const differing: unknown[] = []
    for (const source of [...folders, ...ggufFiles]) {
      const { inspected, loaded } = await counts(source)
      if (inspected !== loaded || !(loaded > 0)) differing.push({ source, inspected, loaded })
    }
    expect(differing).toEqual([])
  }, 60_000)

  // Worked out by hand from the sizes in each config.json.
  it.each([
    // 4 encoder layers of 444,864, 2 decoder layers of 593,472, one embedding (7,000, 192) that the head shares, and a bias.
    ['translate', 4 * 444_864 + 2 * 593_472 + 7000 * 192 + 7000],
    ['stories', 4_951_296],
    ['sentiment', 1_516_802],
    ['dates', 219_833]
  ])('of %s is %d', async (name, expected) => {
    expect(await counts(join(root, 'models', name))).toEqual({ inspected: expected, loaded: expected })
  })

  it('does not change with a second copy of a tied head in the file', async () => {
    const folder = await copyOf(golden('marian-translate'))
    const before = await counts(folder)
    const path = join(folder, 'model.safetensors')
    const file = await readFile(path)
    const length = Number(file.readBigUInt64LE())
    const header = JSON.parse(file.subarray(8, 8 + length).toString()) as Record<
      string,
      { dtype: string; shape: number[]; data_offsets: [number, number] }
    >
    const data = file.subarray(8 + length)
    const shared = header['model.shared.weight']!
    const [begin, end] = shared.data_offsets
    header['lm_head.weight'] = { ...shared, data_offsets: [data.length, data.length + end - begin] }
    const json = Buffer.from(JSON.stringify(header))
    const prefix = Buffer.alloc(8)
    prefix.writeBigUInt64LE(BigInt(json.length))
    await writeFile(path, Buffer.concat([prefix, json, data, data.subarray(begin, end)]))
    expect(await counts(folder)).toEqual(before)
  })

  it('leaves out the scales of 8-bit matrices and ignored tensors', () => {
    const tensors = [
      { name: 'a.weight', shape: [3, 4] },
      { name: 'a.weight_scale', shape: [3] },
      { name: 'b_scale', shape: [5] },
      { name: 'table', shape: [100] }
    ]
    const plan = { mayIgnore: (name: string) => name === 'table' }
    expect(countParameters(tensors, plan, { isInt8: () => true })).toBe(12 + 5)
    expect(countParameters(tensors, plan, undefined)).toBe(12 + 3 + 5)
  })
})
