/**
 * Edits in runs, generations and searches of every family, compared with equal hooks in PyTorch
 * (training/goldens_edits.py).
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel, type Edit, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { families } from '../../web/lib/families/index.js'
import { golden } from './support/folders.js'
import { largestDifference, readGolden, type GoldenTensor } from './support/golden-file.js'

interface Case {
  readonly model: string
  readonly name: string
  readonly input: readonly number[]
  readonly target?: readonly number[]
  readonly edits: readonly Edit[]
  readonly greedy?: readonly number[]
  readonly beams?: number
  readonly ids?: readonly number[]
  readonly score?: number
}

/** `kinds` has cases of every kind of edit on a few models, `families` a few of each kind on every family. */
const files = ['kinds', 'families'].map((file) => ({
  file,
  cases: JSON.parse(readFileSync(join(golden('edits'), `${file}.json`), 'utf8')) as readonly Case[]
}))
const folders = files.flatMap(({ file, cases }) =>
  [...new Set(cases.map(({ model }) => model))].map((folder) => ({
    ...{ file, folder },
    cases: cases.filter(({ model }) => model === folder)
  }))
)

it('there are cases of every family', () => {
  const edited = folders.filter(({ file }) => file === 'families').map(({ folder }) => folder.split(/[/-]/)[1] ?? '')
  const all = families.map(({ modelType }) => modelType).filter((family) => !family.startsWith('attenscope'))
  expect(edited.sort()).toEqual(all.sort())
})

describe.each(folders)('edits of $folder equal PyTorch with the same hook', ({ file, folder, cases }) => {
  let model: Model
  let expected: ReadonlyMap<string, GoldenTensor>
  beforeAll(async () => {
    model = await loadModel(golden(folder))
    expected = await readGolden(join(golden('edits'), `${file}.safetensors`))
  })
  afterAll(() => model.dispose())

  it.each(cases)('$name', async (each) => {
    const { name, input, target, edits, greedy, beams } = each
    if (greedy) {
      const ids: number[] = []
      const steps = model.generate({ ids: input }, { edits, maxNewTokens: greedy.length })
      for await (const { token } of steps) ids.push(token.id)
      expect(ids).toEqual(greedy)
      return
    }
    if (beams !== undefined) {
      const plain = await model.translate({ ids: input }, { numBeams: beams, maxLength: 24 })
      const found = await model.translate({ ids: input }, { numBeams: beams, maxLength: 24, edits })
      expect([2, ...found.tokens.map(({ id }) => id)]).toEqual(each.ids)
      expect(Math.abs(found.score - (each.score ?? NaN))).toBeLessThan(1e-4)
      expect(found.trace.edits).toEqual(edits)
      expect(plain.tokens.map(({ id }) => id)).not.toEqual(found.tokens.map(({ id }) => id))
      return
    }
    const options = { logits: 'all' as const, ...(target && { target: { ids: target } }) }
    const { logits } = await model.run({ ids: input }, { ...options, edits })
    const wanted = expected.get(`${folder}.${name}.logits`)
    // The golden files of families keep only the last rows.
    const [rows = 1, width] = [logits.shape.at(-2), logits.shape.at(-1)]
    const [kept = 1] = (wanted?.shape.length ?? 0) > 1 ? (wanted?.shape ?? []) : []
    expect([file === 'families' ? 3 : rows, width]).toEqual([kept, wanted?.shape.at(-1)])
    const last = logits.data.subarray((rows - kept) * (width ?? 0))
    expect(largestDifference(last, wanted?.data ?? new Float32Array())).toBeLessThan(1e-4)
    // The edit must change the result.
    const plain = await model.run({ ids: input }, options)
    expect(largestDifference(logits.data, plain.logits.data)).toBeGreaterThan(1e-3)
  })
})
