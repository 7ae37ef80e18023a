/** The trace file is as docs/trace-file.md says: a frozen file opens, every key is described, and files by hand open. */

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { headMeasures, loadModel, openTrace, type ModelInfo, type Trace } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { emptyFolder, golden, root, tinyFolder } from './support/folders.js'
import { causalWeights, headerOf, patternsAlone, rewritten, safetensorsFile } from './support/written-trace.js'

const page = readFileSync(join(root, 'docs/trace-file.md'), 'utf8')
const goldenFile = join(golden('trace'), 'version-3.safetensors')
const open = (file: Uint8Array<ArrayBuffer>) => openTrace(new Blob([file]))
const bytesOf = async (trace: Trace, options: Parameters<Trace['save']>[0] = {}) =>
  new Uint8Array(await (await trace.save(options)).arrayBuffer())

/** Everything that the golden file holds, written out by hand. */
const weights = [causalWeights(2, 3, 0), causalWeights(2, 3, 1)]
const float = (numbers: readonly number[]) => Array.from(Float32Array.from(numbers))

describe('the golden file of version 3', () => {
  it('opens with the same tokens, sizes and numbers', async () => {
    const trace = await open(new Uint8Array(readFileSync(goldenFile)))
    expect(trace.tokens).toEqual([
      { id: 1, text: '<s>', start: 0, end: 0, special: true },
      { id: 7, text: 'a', start: 0, end: 1 },
      { id: 7, text: 'a', start: 1, end: 2 }
    ])
    expect(trace.info).toMatchObject({
      family: 'llama',
      kind: 'decoder',
      L: 2,
      N: 2,
      K: 1,
      H: 1
    } satisfies Partial<ModelInfo>)
    expect(trace.queries).toEqual({ first: 0, count: 3 })
    expect(trace.edits).toEqual([{ at: 'blocks.0.attn.pattern', head: 1, op: 'scale', value: 0.5 }])
    expect(trace.names()).toEqual(['blocks.0.attn.pattern', 'blocks.1.attn.pattern', 'blocks.1.attn.k'])
    weights.forEach((numbers, layer) => {
      const { data, shape } = trace.get(`blocks.${layer}.attn.pattern`)
      expect({ shape, data: Array.from(data) }).toEqual({ shape: [2, 3, 3], data: float(numbers) })
    })
    expect(trace.get('blocks.1.attn.k')).toEqual({ shape: [1, 3, 1], data: Float32Array.of(0.25, -0.5, 2) })
    expect(await trace.rollout()).toEqual({
      shape: [3, 3],
      data: Float32Array.of(1, 0, 0, 0.5, 0.5, 0, 0.25, 0.25, 0.5)
    })
    const heads = await trace.heads()
    expect(heads.map(({ layer, head }) => [layer, head])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1]
    ])
    expect(heads.map((head) => headMeasures.map((measure) => head[measure]))).toEqual(
      [0, 1, 2, 3].map((row) => [10, 11, 12, 13, 14, 15].map((column) => row + column))
    )
    expect(heads[3]?.picture).toEqual({ shape: [1, 2], data: Float32Array.of(3, 0.5) })
    const token = { id: 7, text: 'a', start: 0, end: 0 }
    expect(await trace.lens()).toEqual([
      { layer: 0, query: 2, top: [{ token, logit: 1.5, probability: 0.75 }], entropy: 0.5 }
    ])
  })

  it('is written again byte by byte', async () => {
    const file = new Uint8Array(readFileSync(goldenFile))
    const again = await bytesOf(await open(file))
    expect(headerOf(again).__metadata__).toEqual(headerOf(file).__metadata__)
    expect(Object.keys(headerOf(again)).sort()).toEqual(Object.keys(headerOf(file)).sort())
  })
})

describe('docs/trace-file.md', () => {
  it('describes every key and every kind of tensor of a saved trace', async () => {
    const model = await loadModel(tinyFolder)
    const { trace } = await model.run({ ids: [1, 2, 3] }, { capture: ['pattern'] })
    const header = headerOf(await bytesOf(trace, { also: ['q'], lens: 2 }))
    for (const key of Object.keys(header.__metadata__)) expect(page).toContain(`\`${key}\``)
    expect(page).toContain(`\`${header.__metadata__['version']}\``)
    for (const name of Object.keys(header)) {
      if (name === '__metadata__' || name.startsWith('blocks.')) continue
      const described = name.replace('decoder', '<part>').replace(/\.\d+$/, '.<row>')
      expect(page).toContain(`\`${described}\``)
    }
    headMeasures.forEach((measure, column) =>
      expect(page).toMatch(new RegExp(`^\\| ${column} +\\| \`${measure}\``, 'm'))
    )
    await model.dispose()
  })

  it('has a function in Python whose file opens, if Python has numpy and safetensors', async (test) => {
    const python = process.env['ATTENSCOPE_PYTHON'] ?? 'python3'
    try {
      execFileSync(python, ['-c', 'import numpy, safetensors'], { stdio: 'ignore' })
    } catch {
      return test.skip('numpy or safetensors is not installed')
    }
    const code = /```python\n(import json[\s\S]*?)```/.exec(page)?.[1] ?? ''
    expect(code.trim().split('\n').length).toBeLessThan(20)
    const folder = await emptyFolder()
    const file = join(folder, 'hand.safetensors')
    const call = `
layers = numpy.array(${JSON.stringify(weights)}).reshape(2, 2, 3, 3)
save_trace(${JSON.stringify(file)}, [layers[0], layers[1]], numpy.array([5, 6, 5]), ["a", " b", " a"])
`
    writeFileSync(join(folder, 'save.py'), code + call)
    execFileSync(python, [join(folder, 'save.py')])
    const trace = await open(new Uint8Array(readFileSync(file)))
    expect(trace.tokens.map(({ text }) => text)).toEqual(['a', ' b', ' a'])
    expect(Array.from(trace.get('blocks.1.attn.pattern').data)).toEqual(float(weights[1] ?? []))
    expect((await trace.heads()).length).toBe(4)
    expect((await trace.rollout()).shape).toEqual([3, 3])
  })
})

describe('a trace file', () => {
  const metadata = (file: Uint8Array, changes: Record<string, string | undefined>) => {
    const { __metadata__: before } = headerOf(file)
    const changed = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined)
    return rewritten(file, () => true, Object.fromEntries(changed) as Record<string, string>)
  }
  const file = patternsAlone(['a', 'b'])

  it('needs only format, version, info and tokens', async () => {
    const trace = await open(metadata(file, { queries: undefined, edits: undefined }))
    expect(trace.queries).toEqual({ first: 0, count: 2 })
    expect(trace.edits).toEqual([])
    for (const key of ['info', 'tokens']) {
      await expectError(open(metadata(file, { [key]: undefined })), 'bad-model', key)
    }
  })

  it.each<{ changes: Record<string, string | undefined>; words: string[] }>([
    { changes: { version: '4' }, words: ['version "4"; it is newer than version \'3\'', 'update the package'] },
    { changes: { version: '30' }, words: ['version "30"; it is newer than version \'3\'', 'update the package'] },
    { changes: { version: '2' }, words: ['version "2"; it is older than version \'3\'', 'save the trace again'] },
    { changes: { version: 'three' }, words: ['version "three"', "expected version '3'"] },
    { changes: { version: undefined }, words: ['version nothing', "expected version '3'"] },
    {
      changes: { format: undefined },
      words: ['a safetensors file without a trace', "expected format 'attenscope-trace'"]
    },
    { changes: { format: 'other' }, words: ['format "other"', "expected format 'attenscope-trace'"] }
  ])('with $changes is refused, and the error names the version', async ({ changes, words }) => {
    await expectError(open(metadata(file, changes)), 'bad-model', ...words)
  })

  it('of another type of numbers is refused by the name of the tensor', async () => {
    const text = Buffer.from(file).toString('latin1').replace('"F32"', '"I32"')
    await expectError(open(new Uint8Array(Buffer.from(text, 'latin1'))), 'bad-model', "'blocks.0.attn.pattern' is I32")
  })
})

/** Writes the golden file. It is run once for a version, by hand: the file never changes afterwards. */
export function writeGolden(): void {
  const [first = [], second = []] = weights
  const file = safetensorsFile(
    {
      'blocks.0.attn.pattern': { shape: [2, 3, 3], data: first },
      'blocks.1.attn.pattern': { shape: [2, 3, 3], data: second },
      'blocks.1.attn.k': { shape: [1, 3, 1], data: [0.25, -0.5, 2] },
      'rollout.decoder': { shape: [3, 3], data: [1, 0, 0, 0.5, 0.5, 0, 0.25, 0.25, 0.5] },
      'heads.decoder.summary': {
        shape: [4, 6],
        data: [0, 1, 2, 3].flatMap((row) => [10, 11, 12, 13, 14, 15].map((column) => row + column))
      },
      ...Object.fromEntries(
        [0, 1, 2, 3].map((row) => [`heads.decoder.picture.${row}`, { shape: [1, 2], data: [row, 0.5] }])
      )
    },
    {
      format: 'attenscope-trace',
      version: '3',
      info: JSON.stringify({
        ...{ family: 'llama', kind: 'decoder', task: 'causal-lm', parts: { decoder: { L: 2, N: 2, layers: [0, 1] } } },
        ...{ L: 2, N: 2, K: 1, H: 1, C: 2, F: 4, V: 9, context: 8, parameters: 50, bytes: 200, dtype: 'f32' },
        ...{ variant: 'base', threads: 1, hasTokenizer: false }
      }),
      tokens: JSON.stringify([
        { id: 1, text: '<s>', start: 0, end: 0, special: true },
        { id: 7, text: 'a', start: 0, end: 1 },
        { id: 7, text: 'a', start: 1, end: 2 }
      ]),
      queries: JSON.stringify({ first: 0, count: 3 }),
      edits: JSON.stringify([{ at: 'blocks.0.attn.pattern', head: 1, op: 'scale', value: 0.5 }]),
      lens: JSON.stringify([
        {
          layer: 0,
          query: 2,
          top: [{ token: { id: 7, text: 'a', start: 0, end: 0 }, logit: 1.5, probability: 0.75 }],
          entropy: 0.5
        }
      ])
    }
  )
  writeFileSync(goldenFile, file)
}
if (process.env['ATTENSCOPE_WRITE_TRACE'] === '1') writeGolden()
