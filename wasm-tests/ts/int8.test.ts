/** Weights in 8 bits: written by the quantiser, loaded in every form, and refused when a file contradicts itself. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadModel, type Dtype, type Model } from 'attenscope'
import { describe, expect, it, onTestFinished } from 'vitest'

import { writeSafetensors, type WrittenTensor } from '../../web/lib/formats/safetensors.js'
import { attenscope } from './support/command-line.js'
import { expectError } from './support/errors.js'
import { emptyFolder, golden, storiesFolder, tinyFolder } from './support/folders.js'

const ids = Array.from({ length: 20 }, (_, i) => (i * 7) % 50)

async function load(folder: string, dtype: Dtype, variant: 'base' | 'relaxed' = 'base'): Promise<Model> {
  const model = await loadModel(folder, { dtype, variant })
  onTestFinished(() => model.dispose())
  return model
}

async function logitsOf(model: Model): Promise<Float32Array> {
  const within = { ids: ids.map((id) => id % 28) }
  const target = model.info.kind === 'encoder-decoder' ? { target: within } : {}
  return (await model.run(within, target)).logits.data
}

/** Returns the report of the command, and the folder that it wrote. */
async function quantise(folder: string, ...words: string[]): Promise<{ out: string; report: Report }> {
  const out = await emptyFolder()
  const { stdout, stderr } = await attenscope('quantise', '--model', folder, '--out', out, '--json', ...words)
  expect(stderr).toBe('')
  return { out, report: JSON.parse(stdout) as Report }
}

interface Report {
  readonly tensors: readonly { readonly name: string; readonly error: number }[]
  readonly kept: readonly string[]
  readonly bytes: { readonly before: number; readonly after: number }
}

const quantised = async (folder = tinyFolder) => (await quantise(folder)).out

/** The root mean square of the difference, relative to that of the expected numbers. */
function relativeError(found: Float32Array, expected: Float32Array): number {
  const sum = (values: Float32Array) => values.reduce((all, value) => all + value ** 2, 0)
  return Math.sqrt(sum(found.map((value, i) => value - expected[i]!)) / sum(expected))
}

describe('a quantised checkpoint', () => {
  it.each([
    ...['llama-tiny', 'llama-tiny-tied-bf16', 'llama-tiny-f16', 'marian-translate', 'marian-apart'],
    ...['lstm-classifier-deep', 'lstm-seq2seq', 'lstm-seq2seq-self', 'lstm-seq2seq-pooled']
  ])('%s gives results close to its float32 form', async (name) => {
    const folder = await quantised(golden(name))
    const expected = await logitsOf(await load(golden(name), 'f32'))
    const int8 = await load(folder, 'auto')
    expect(int8.info.dtype).toBe('int8')
    expect(relativeError(await logitsOf(int8), expected)).toBeLessThan(0.15)
    const widened = await load(folder, 'f32')
    expect(widened.info.dtype).toBe('f32')
    expect(relativeError(await logitsOf(widened), expected)).toBeLessThan(0.1)
    expect(int8.info.bytes).toBeLessThan(widened.info.bytes / 2)
    expect(int8.info.parameters).toBe(widened.info.parameters)
  })

  it('has the same bits as the float32 checkpoint loaded with int8', async () => {
    const stored = await load(await quantised(), 'auto')
    const rounded = await load(tinyFolder, 'int8')
    expect(rounded.info.dtype).toBe('int8')
    expect(await logitsOf(rounded)).toEqual(await logitsOf(stored))
  })

  it('keeps the requested matrices unquantised, and reports its work', async () => {
    const { out, report } = await quantise(tinyFolder, '--keep', 'lm_head,model.layers.0.self_attn')
    expect(report.kept.toSorted()).toEqual(
      ['lm_head', ...['q', 'k', 'v', 'o'].map((part) => `model.layers.0.self_attn.${part}_proj`)]
        .map((name) => `${name}.weight`)
        .toSorted()
    )
    expect(report.tensors).toHaveLength(1 + 3 * 7 - 4)
    for (const { error } of report.tensors) expect(error).toBeLessThan(0.02)
    expect(report.bytes.before).toBe(68400 * 4)
    expect((await load(out, 'auto')).info.dtype).toBe('int8')
  })

  it('keeps the tokenizer and the generation config', async () => {
    const source = golden('marian-translate')
    const folder = await quantised(source)
    for (const file of ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json']) {
      expect(await readFile(join(folder, file))).toEqual(await readFile(join(source, file)))
    }
    expect((await (await load(folder, 'auto')).translate('Tom')).text).not.toBe('')
  })

  it('the story model of the site is quantised', async () => {
    const model = await load(storiesFolder, 'auto')
    expect(model.info).toMatchObject({ dtype: 'int8', parameters: 4_951_296 })
    expect(model.info.bytes).toBeLessThan(1.1 * model.info.parameters)
  })

  it('cannot be quantised twice, nor into its own folder', async () => {
    const again = await attenscope('quantise', '--model', await quantised(), '--out', await emptyFolder())
    expect(again.stderr).toContain('8 bits already')
    const same = await attenscope('quantise', '--model', tinyFolder, '--out', tinyFolder)
    expect(same.stderr).toContain('option: --out')
  })
})

/** Returns a quantised folder in which one tensor is added, removed or replaced, with another quantization_config. */
async function spoilt(
  change: (tensors: Map<string, WrittenTensor>) => void,
  config: Record<string, unknown> = {}
): Promise<string> {
  const folder = await quantised()
  const file = await readFile(join(folder, 'model.safetensors'))
  const headerLength = Number(file.readBigUInt64LE(0))
  const { __metadata__: _, ...header } = JSON.parse(file.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { dtype: 'F32' | 'I8'; shape: number[]; data_offsets: [number, number] }
  >
  const tensors = new Map<string, WrittenTensor>(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end]
        }
      ]) => [
        name,
        { dtype, shape, data: new Uint8Array(file.subarray(8 + headerLength + begin, 8 + headerLength + end)) }
      ]
    )
  )
  change(tensors)
  const blob = new Blob(writeSafetensors(tensors, {}))
  await writeFile(join(folder, 'model.safetensors'), new Uint8Array(await blob.arrayBuffer()))
  const path = join(folder, 'config.json')
  const whole = JSON.parse(await readFile(path, 'utf8')) as { quantization_config: object }
  const quantization = { ...whole.quantization_config, ...config }
  await writeFile(path, JSON.stringify({ ...whole, quantization_config: quantization }))
  return folder
}

describe('an inconsistent file is refused by name', () => {
  const matrix = 'model.layers.0.self_attn.q_proj.weight'
  const change = (name: string, edit: (tensor: WrittenTensor) => WrittenTensor) => (all: Map<string, WrittenTensor>) =>
    all.set(name, edit(all.get(name)!))
  const bytesOf = (value: number) => (tensor: WrittenTensor) => {
    const data = new Uint8Array(tensor.data as Uint8Array)
    if (tensor.dtype === 'I8') data[3] = value
    else new DataView(data.buffer).setFloat32(4, value, true)
    return { ...tensor, data }
  }

  it.each<[string, (all: Map<string, WrittenTensor>) => unknown, readonly string[]]>([
    ['without scales', (all) => all.delete(`${matrix}_scale`), [`${matrix}_scale`, 'missing']],
    ['without numbers', (all) => all.delete(matrix), [matrix, 'missing']],
    [
      'with scales of another length',
      change(`${matrix}_scale`, (t) => ({ ...t, shape: [t.shape[0]! / 2, 2] })),
      ['shape']
    ],
    [
      'with numbers of another shape',
      change('model.layers.0.mlp.up_proj.weight', (t) => ({ ...t, shape: [...t.shape].reverse() })),
      ['model.layers.0.mlp.up_proj.weight', 'shape']
    ],
    ['with −128', change(matrix, bytesOf(-128)), [matrix, '−128']],
    ['with a negative scale', change(`${matrix}_scale`, bytesOf(-1)), [`${matrix}_scale`, '-1']],
    ['with a scale that is NaN', change(`${matrix}_scale`, bytesOf(NaN)), [`${matrix}_scale`, 'NaN']],
    [
      'with scales in 8 bits',
      change(`${matrix}_scale`, (t) => ({ dtype: 'I8', shape: t.shape, data: new Int8Array(t.shape[0]!) })),
      [`${matrix}_scale`, 'I8']
    ],
    [
      'with a vector in 8 bits',
      change('model.norm.weight', (t) => ({ dtype: 'I8', shape: t.shape, data: new Int8Array(t.shape[0]!) })),
      ['model.norm.weight', 'I8']
    ]
  ])('%s', async (_, edit, words) => {
    await expectError(loadModel(await spoilt(edit)), 'bad-model', ...words)
  })

  it('with a matrix that its config lists as kept but is quantised, or the reverse', async () => {
    const kept = { modules_to_not_convert: ['lm_head'] }
    await expectError(loadModel(await spoilt(() => {}, kept)), 'bad-model', 'lm_head.weight')
    const { out: folder } = await quantise(tinyFolder, '--keep', 'lm_head')
    const path = join(folder, 'config.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"lm_head.weight"', ''))
    await expectError(loadModel(folder), 'bad-model', 'lm_head.weight_scale')
  })

  it('with another quantisation method', async () => {
    const none = () => {}
    await expectError(loadModel(await spoilt(none, { quant_method: 'gptq' })), 'unsupported', 'quant_method', 'gptq')
    await expectError(loadModel(await spoilt(none, { quant_method: null })), 'bad-model', 'quant_method')
    await expectError(loadModel(await spoilt(none, { bits: 4 })), 'unsupported', 'bits')
    await expectError(
      loadModel(await spoilt(none, { modules_to_not_convert: [1] })),
      'bad-model',
      'modules_to_not_convert'
    )
  })
})
