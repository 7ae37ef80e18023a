/** A text generated with edits: running the whole text gives the same results as its generation step by step. */

import { loadModel, type Edit, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { golden } from './support/folders.js'
import { largestDifference } from './support/golden-file.js'

const prompt = [5, 9, 17, 33, 41, 8]
const other = [7, 12, 30, 44, 21, 3]
const pattern = 'blocks.1.attn.pattern'
const output = 'blocks.1.attn.head_output'

describe('a text generated from a prompt', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(golden('llama-tiny'))
  })
  afterAll(() => model.dispose())

  it.each<[string, Edit]>([
    ['the mean over the prompt', { at: output, head: 3, op: 'mean' }],
    [
      'a patch of a head\u2019s output on the prompt',
      { at: output, head: 1, op: 'patch', from: { input: { ids: other } } }
    ],
    ['a patch of its pattern', { at: pattern, head: 0, op: 'patch', from: { input: { ids: other } } }],
    ['a patch of the residuals', { at: 'blocks.0.residual', op: 'patch', from: { input: { ids: other } } }],
    ['an edit that starts at a step', { at: output, op: 'scale', value: 0.25, step: 2 }],
    ['a hidden token', { at: 'blocks.*.attn', set: { mask: [2] } }]
  ])('%s', async (_, edit) => {
    const edits = [edit]
    const ids = [...prompt]
    const steps: Float32Array[] = []
    for await (const { token, logits } of model.generate({ ids: prompt }, { edits, maxNewTokens: 6 })) {
      ids.push(token.id)
      steps.push(logits.data)
    }
    const options = { logits: 'all', promptTokens: prompt.length } as const
    const whole = await model.run({ ids: ids.slice(0, -1) }, { ...options, edits })
    const V = model.info.V
    for (const [step, logits] of steps.entries()) {
      const row = prompt.length - 1 + step
      expect(largestDifference(whole.logits.data.subarray(row * V, (row + 1) * V), logits)).toBeLessThan(1e-5)
    }
    // A generation that goes on from the middle of the text gives the same logits.
    const kept = prompt.length + 3
    const rest = { edits, promptTokens: prompt.length, maxNewTokens: 3 }
    let step = 3
    for await (const { token, logits } of model.generate({ ids: ids.slice(0, kept) }, rest)) {
      expect(largestDifference(logits.data, steps[step] ?? new Float32Array())).toBeLessThan(1e-5)
      expect(token.id).toBe(ids[prompt.length + step++])
    }
    expect(step).toBe(6)
    const plain = await model.run({ ids: ids.slice(0, -1) }, options)
    expect(largestDifference(whole.logits.data, plain.logits.data)).toBeGreaterThan(1e-3)
  })

  it.each([0, 1.5, -1, NaN])('a generation with promptTokens %d is refused', (promptTokens) =>
    expectError(() => model.generate({ ids: prompt }, { promptTokens }).next(), 'option', 'promptTokens')
  )

  it('a patch whose length is neither that of the prompt nor of the text is refused', () =>
    expectError(
      model.run(
        { ids: [...prompt, 4, 4] },
        { promptTokens: prompt.length, edits: [{ at: output, op: 'patch', from: { input: { ids: other.slice(1) } } }] }
      ),
      'shape',
      'edits[0].from',
      'expected (6, 6, 8)'
    ))
})
