/**
 * Encoder–decoders and classifiers, compared with transformers and PyTorch, on every build that this machine can run.
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { loadModel, type Edit, type Model, type Run } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { detectVariant } from '../../web/lib/page/variant.js'
import { golden } from './support/folders.js'
import { largestDifference, readGolden, type GoldenTensor } from './support/golden-file.js'

const tolerance = 1e-4
const hasRelaxed = detectVariant() === 'relaxed'

/** `edits`: the edit for the logits stored under each name. */
const checkpoints: readonly { name: string; edits?: Readonly<Record<string, Edit>> }[] = [
  { name: 'marian-translate' },
  { name: 'marian-apart' },
  { name: 'lstm-classifier', edits: { edit_scale: { at: 'blocks.0.attn.pattern', op: 'scale', value: 0.5 } } },
  { name: 'lstm-classifier-forward', edits: { edit_scale: { at: 'blocks.0.attn.pattern', op: 'scale', value: 0.5 } } },
  { name: 'lstm-classifier-deep', edits: { edit_scale: { at: 'blocks.1.attn.pattern', op: 'scale', value: 0.5 } } },
  { name: 'lstm-seq2seq', edits: { edit_scale: { at: 'decoder.blocks.0.cross.pattern', op: 'scale', value: 0.5 } } },
  {
    name: 'lstm-seq2seq-pooled',
    edits: { edit_scale: { at: 'decoder.blocks.0.cross.pattern', op: 'scale', value: 0.5 } }
  },
  {
    name: 'lstm-seq2seq-self',
    edits: {
      edit_scale: { at: 'decoder.blocks.0.cross.pattern', op: 'scale', value: 0.5 },
      edit_zero: { at: 'encoder.blocks.1.attn.pattern', head: 1, op: 'zero' }
    }
  }
]

for (const variant of ['base', 'relaxed'] as const) {
  describe.skipIf(variant === 'relaxed' && !hasRelaxed)(`the ${variant} build against PyTorch`, () => {
    describe.each(checkpoints)('$name', ({ name, edits = {} }) => {
      let model: Model
      let expected: ReadonlyMap<string, GoldenTensor>
      const tensor = (key: string) => {
        const found = expected.get(key)
        if (!found) throw new Error(`the golden file has no ${key}`)
        return found
      }
      const idsOf = (key: string) => Array.from(tensor(key).data)
      /** Runs the ids of the golden file whose names have this prefix. */
      const runOf = (prefix: string, edit?: Edit): Promise<Run> => {
        const target = expected.has(`${prefix}decoder_input_ids`)
          ? { target: { ids: idsOf(`${prefix}decoder_input_ids`) } }
          : {}
        return model.run({ ids: idsOf(`${prefix}input_ids`) }, { logits: 'all', edits: edit ? [edit] : [], ...target })
      }

      beforeAll(async () => {
        model = await loadModel(golden(name), { variant })
        expected = await readGolden(join(golden(name), 'golden.safetensors'))
      })
      afterAll(() => model.dispose())

      it.each([
        ['', 'all of the ids'],
        ['single.', 'the first ids alone']
      ])('every traced tensor and the logits agree within 1e-4 (prefix %j: %s)', async (prefix) => {
        const run = await runOf(prefix)
        const names = [...expected.keys()]
          .filter((key) => key.startsWith(prefix) && (prefix !== '' || !key.startsWith('single.')))
          .map((key) => key.slice(prefix.length))
          .filter((key) => !key.endsWith('input_ids') && key !== 'greedy' && !key.startsWith('edit_'))
        expect(names).toEqual(expect.arrayContaining(['logits']))
        expect(run.trace.names()).toEqual(expect.arrayContaining(names.filter((key) => key !== 'logits')))
        expect(names.length).toBeGreaterThan(5)
        const differences: Record<string, number> = {}
        for (const key of names) {
          const found = key === 'logits' ? run.logits : await run.trace.compute(key)
          const wanted = tensor(prefix + key)
          expect(found.shape, key).toEqual(wanted.shape)
          differences[key] = largestDifference(found.data, wanted.data)
        }
        expect(Object.entries(differences).filter(([, difference]) => !(difference <= tolerance))).toEqual([])
        await run.dispose()
      })

      it.each(Object.entries(edits))('%s changes the logits as in PyTorch', async (key, edit) => {
        const run = await runOf('', edit)
        const changed = tensor(`${key}.logits`)
        expect(largestDifference(run.logits.data, changed.data)).toBeLessThanOrEqual(tolerance)
        expect(largestDifference(changed.data, tensor('logits').data)).toBeGreaterThan(10 * tolerance)
        await run.dispose()
      })

      it('generates the same ids greedily, and token by token gives the same results as one run', async () => {
        if (!expected.has('greedy')) return
        const wanted = idsOf('greedy')
        const input = { ids: idsOf('input_ids') }
        const ids: number[] = []
        const rows: Float32Array[] = []
        for await (const step of model.generate(input, { maxNewTokens: wanted.length, capture: ['pattern'] })) {
          ids.push(step.token.id)
          rows.push(step.logits.data)
        }
        expect(ids).toEqual(wanted)
        const start = idsOf('decoder_input_ids')[0] ?? -1
        const run = await model.run(input, { target: { ids: [start, ...wanted.slice(0, -1)] }, logits: 'all' })
        const V = model.info.V
        rows.forEach((row, i) => {
          const whole = run.logits.data.subarray(i * V, (i + 1) * V)
          expect(largestDifference(row, whole)).toBeLessThanOrEqual(tolerance)
        })
        await run.dispose()
      })
    })
  })
}

it('every golden folder of other models than decoder-only ones is tested', async () => {
  const folders = (await readdir(golden(''))).filter((name) => /^(lstm|marian)/.test(name))
  expect(checkpoints.map(({ name }) => name).sort()).toEqual(folders.sort())
})
