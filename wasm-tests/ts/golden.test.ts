/** Runs of checkpoints, compared with transformers, on every build of the engine that this machine can run. */

import { join } from 'node:path'
import { loadModel, type Edit, type Model, type Run } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { detectVariant } from '../../web/lib/page/variant.js'
import { golden } from './support/folders.js'
import { largestDifference, readGolden, type GoldenTensor } from './support/golden-file.js'

const tolerance = 1e-4
const hasRelaxed = detectVariant() === 'relaxed'

const checkpoints = [
  { name: 'llama-tiny', edits: true },
  { name: 'llama-tiny-tied-bf16', edits: false },
  { name: 'llama-tiny-f16', edits: false }
]

for (const variant of ['base', 'relaxed'] as const) {
  describe.skipIf(variant === 'relaxed' && !hasRelaxed)(`the ${variant} build against transformers`, () => {
    describe.each(checkpoints)('$name', ({ name, edits }) => {
      let model: Model
      let expected: ReadonlyMap<string, GoldenTensor>
      let ids: number[]

      beforeAll(async () => {
        model = await loadModel(golden(name), { variant })
        expected = await readGolden(join(golden(name), 'golden.safetensors'))
        ids = Array.from(tensor(expected, 'input_ids').data)
      })
      afterAll(() => model.dispose())

      it('runs on the requested build', () => expect(model.info.variant).toBe(variant))

      it.each([
        ['', 'all of the ids'],
        ['single.', 'the first id alone']
      ])('every traced tensor and the logits agree within 1e-4 (prefix %j: %s)', async (prefix) => {
        const run = await model.run({ ids: Array.from(tensor(expected, `${prefix}input_ids`).data) }, { logits: 'all' })
        const names = [...expected.keys()]
          .filter(
            (key) => key.startsWith(prefix) && !key.startsWith('edit_') && (prefix !== '' || !key.startsWith('single.'))
          )
          .map((key) => key.slice(prefix.length))
          .filter((key) => key !== 'input_ids' && key !== 'greedy')
        expect(names.length).toBeGreaterThan(10)
        const differences: Record<string, number> = {}
        for (const key of names) {
          const found = key === 'logits' ? run.logits : await run.trace.compute(key)
          const golden = tensor(expected, prefix + key)
          expect(found.shape, key).toEqual(golden.shape)
          differences[key] = largestDifference(found.data, golden.data)
        }
        expect(Object.entries(differences).filter(([, difference]) => !(difference <= tolerance))).toEqual([])
        await run.dispose()
      })

      it('a single head equals this head of all heads', async () => {
        const run = await model.run({ ids })
        const head = model.info.N - 1
        const alone = await run.trace.compute('blocks.0.attn.pattern', { head })
        const T = ids.length
        const whole = tensor(expected, 'blocks.0.attn.pattern')
        expect(alone.shape).toEqual([T, T])
        expect(largestDifference(alone.data, whole.data.slice(head * T * T, (head + 1) * T * T))).toBeLessThanOrEqual(
          tolerance
        )
        await run.dispose()
      })

      it('generates the same ids greedily, and token by token gives the same results as one run', async () => {
        const continued: number[] = []
        const lastRows: Float32Array[] = []
        const wanted = Array.from(tensor(expected, 'greedy').data)
        for await (const step of model.generate({ ids: ids.slice(0, 5) }, { maxNewTokens: wanted.length })) {
          continued.push(step.token.id)
          lastRows.push(step.logits.data)
        }
        expect(continued).toEqual(wanted)
        const run = await model.run({ ids: [...ids.slice(0, 5), ...wanted] }, { logits: 'all' })
        lastRows.forEach((row, i) =>
          expect(largestDifference(row, logitRow(run, 4 + i))).toBeLessThanOrEqual(tolerance)
        )
        await run.dispose()
      })

      const cases: readonly [string, Edit][] = [
        ['edit_zero', { at: 'blocks.1.attn.pattern', head: 2, op: 'zero' }],
        ['edit_scale', { at: 'blocks.0.attn.pattern', head: 0, op: 'scale', value: 0.5 }]
      ]
      it.each(edits ? cases : [])('%s changes the logits as in transformers', async (key, edit) => {
        const run = await model.run({ ids }, { logits: 'all', edits: [edit] })
        const changed = tensor(expected, `${key}.logits`)
        expect(largestDifference(run.logits.data, changed.data)).toBeLessThanOrEqual(tolerance)
        expect(largestDifference(changed.data, tensor(expected, 'logits').data)).toBeGreaterThan(100 * tolerance)
        await run.dispose()
      })
    })
  })
}

function tensor(tensors: ReadonlyMap<string, GoldenTensor>, name: string): GoldenTensor {
  const found = tensors.get(name)
  if (!found) throw new Error(`the golden file has no ${name}`)
  return found
}

function logitRow({ logits }: Run, query: number): Float32Array {
  const [, V = 0] = logits.shape
  return logits.data.subarray(query * V, (query + 1) * V)
}
