/** Every family and head, compared with the results of transformers. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel, type Logits, type Model, type Run } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { golden } from './support/folders.js'
import { largestDifference, readGolden, type GoldenTensor } from './support/golden-file.js'

const tolerance = 1e-4
export const names = readdirSync(golden('families')).sort()

describe.each(names)('%s', (name) => {
  const folder = join(golden('families'), name)
  let model: Model
  let expected: ReadonlyMap<string, GoldenTensor>
  const tensor = (key: string): GoldenTensor => {
    const found = expected.get(key)
    if (!found) throw new Error(`the golden file has no ${key}`)
    return found
  }
  const idsOf = (key: string) => Array.from(tensor(key).data)
  const listOf = (key: string) => (expected.has(key) ? idsOf(key) : undefined)

  /** Runs the ids of the golden file whose names have this prefix. */
  const runOf = (prefix: string): Promise<Run> => {
    const typeIds = listOf(`${prefix}token_type_ids`)
    const attentionMask = listOf(`${prefix}attention_mask`)
    const target = listOf(`${prefix}decoder_input_ids`)
    return model.run(
      { ids: idsOf(`${prefix}input_ids`), ...(typeIds && { typeIds }), ...(attentionMask && { attentionMask }) },
      { logits: 'all', ...(target && { target: { ids: target } }) }
    )
  }

  beforeAll(async () => {
    model = await loadModel(folder)
    expected = await readGolden(join(folder, 'golden.safetensors'))
  })
  // A model that did not load has said why.
  afterAll(() => (model as Model | undefined)?.dispose())

  it.each(['', 'padded.'])('logits or states, and every pattern, agree within 1e-4 (prefix %j)', async (prefix) => {
    const run = await runOf(prefix)
    const keys = [...expected.keys()]
      .filter((key) => (prefix === '' ? !key.startsWith('padded.') : key.startsWith(prefix)))
      .map((key) => key.slice(prefix.length))
      .filter((key) => !/(_ids|_mask|greedy)$/.test(key))
    expect(keys.filter((key) => key.endsWith('.pattern')).sort()).toEqual(
      run.trace
        .names()
        .filter((each) => each.endsWith('.pattern'))
        .sort()
    )
    expect(keys.some((key) => !key.endsWith('.pattern'))).toBe(true)
    const differences: Record<string, number> = {}
    for (const key of keys) {
      const found = await valueOf(run, key)
      // A model without a head returns its states in the trace.
      if (!found) continue
      const wanted = tensor(prefix + key)
      expect(found.shape, key).toEqual(wanted.shape)
      differences[key] = largestDifference(found.data, wanted.data)
    }
    expect(Object.entries(differences).filter(([, difference]) => !(difference <= tolerance))).toEqual([])
    expect(Object.keys(differences).length).toBe(keys.length)
    await run.dispose()
  })

  it('generates the same ids greedily', async () => {
    if (!expected.has('greedy')) return
    const wanted = idsOf('greedy')
    const isSeq2Seq = expected.has('decoder_input_ids')
    const ids = idsOf('input_ids').slice(0, isSeq2Seq ? undefined : 4)
    const found: number[] = []
    for await (const step of model.generate({ ids }, { maxNewTokens: wanted.length })) found.push(step.token.id)
    // Our text ends with the end token. The reference continues after it.
    const { length } = found
    expect(found).toEqual(wanted.slice(0, length))
    expect(length === wanted.length || found[length - 1] === 2).toBe(true)
  })
})

/** Returns the logits, or the last states of a stack. */
async function valueOf(run: Run, key: string): Promise<Logits | undefined> {
  if (key === 'logits') return run.logits
  if (key === 'start' || key === 'end') return run.logits[key]
  if (key !== 'states') return run.trace.compute(key)
  const stack = run.targetTokens ? 'decoder.' : ''
  const last = `${stack}blocks.${run.trace.info.L - 1}.residual`
  const names = run.trace.names()
  return run.trace.compute(names.includes(`${stack}final_norm`) ? `${stack}final_norm` : last)
}
