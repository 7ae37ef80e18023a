/** ONNX's own test cases of the operators that the attention library covers, on both builds of the engine. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadOps, type Ops } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { sharedFolder } from './support/folders.js'
import { largestDifference } from './support/golden-file.js'
import { runOnnx, toFloats, type OnnxCase } from './support/onnx-adapter.js'
import { variants } from './support/ops.js'

const folder = join(sharedFolder ?? '', 'reference/onnx')
if (!sharedFolder) console.log("skipped: ONNX's cases, because ATTENSCOPE_SHARED is not set")

const cases: readonly OnnxCase[] = sharedFolder
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as OnnxCase)
  : []

/** Half precision has 11 binary digits, and ONNX computed every step of its case in it. */
const tolerance = ({ inputs }: OnnxCase) =>
  Object.values(inputs).some(({ dtype }) => dtype === 'float16') ? 2e-3 : 1e-5

if (!sharedFolder) it.skip("ONNX's cases")

for (const variant of sharedFolder ? variants : []) {
  describe(`ONNX's operators on the ${variant} build`, () => {
    let ops: Ops
    const largest: Record<string, number> = {}
    beforeAll(async () => {
      ops = await loadOps({ variant })
    })
    afterAll(() => console.log(`largest differences from ONNX (${variant}): ${JSON.stringify(largest)}`))

    it('there are cases, and the library runs on this build', () => {
      expect(cases.length).toBeGreaterThan(50)
      expect(ops.variant).toBe(variant)
    })

    it.each(cases)('$op: $name', (source) => {
      const found = runOnnx(ops, source)
      for (const [name, expected] of Object.entries(source.outputs)) {
        const tensor = found[name]
        expect(tensor?.shape, name).toEqual(expected.shape)
        const difference = largestDifference(tensor?.data ?? [], toFloats(expected).data)
        expect(difference, name).toBeLessThanOrEqual(tolerance(source))
        const key = tolerance(source) > 1e-5 ? `${source.op} (half)` : source.op
        largest[key] = Math.max(largest[key] ?? 0, difference)
      }
    })
  })
}
