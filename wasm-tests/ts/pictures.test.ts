/**
 * Small pictures of patterns, and the mean over heads: captured, computed and saved, compared with loops over the
 * patterns.
 */

import { loadModel, openTrace, type Model, type Tensor } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { tinyFolder } from './support/folders.js'

let model: Model
beforeAll(async () => {
  model = await loadModel(tinyFolder)
})
afterAll(() => model.dispose())

const input = { ids: Array.from({ length: 101 }, (_, i) => (i * 7 + 3) % 60) }
const pattern = 'blocks.1.attn.pattern'
const picture = 'blocks.1.attn.picture'

/** Downsamples (T, S) by block maxima. */
function inSmall({ data, shape: [T = 0, S = 0] }: Tensor): Tensor {
  const block = Math.ceil(Math.max(T, S) / 64)
  const [height, width] = [Math.ceil(T / block), Math.ceil(S / block)]
  const cells = new Float32Array(height * width)
  data.forEach((weight, at) => {
    const cell = Math.floor(Math.floor(at / S) / block) * width + Math.floor((at % S) / block)
    cells[cell] = Math.max(cells[cell] ?? 0, weight)
  })
  return { data: cells, shape: [height, width] }
}

function headOf({ data, shape: [, rows = 0, columns = 0] }: Tensor, head: number): Tensor {
  return { data: data.slice(head * rows * columns, (head + 1) * rows * columns), shape: [rows, columns] }
}

describe('pictures', () => {
  it('captured with a run: each head’s pattern by block maxima, equal to heads() and compute()', async () => {
    const { trace } = await model.run(input, { capture: ['pattern', 'picture'] })
    const { N, L } = model.info
    const heads = await trace.heads()
    for (let layer = 0; layer < L; ++layer) {
      const all = trace.get(`blocks.${layer}.attn.picture`)
      expect(all.shape).toEqual([N, 51, 51])
      for (let head = 0; head < N; ++head) {
        expect(headOf(all, head)).toEqual(inSmall(trace.pattern(layer, head)))
        expect(headOf(all, head)).toEqual(heads[layer * N + head]?.picture)
      }
    }
    expect(await trace.compute(picture, { head: 2 })).toEqual(headOf(trace.get(picture), 2))
  })

  it('computed for a run without captured pictures, and for some of its queries', async () => {
    const { trace } = await model.run(input)
    expect(await trace.compute(picture, { head: 3 })).toEqual(inSmall(await trace.compute(pattern, { head: 3 })))
    const queries = { first: 90, count: 8 }
    expect(await trace.compute(picture, { head: 3, queries })).toEqual(
      inSmall(await trace.compute(pattern, { head: 3, queries }))
    )
  })

  it('of the mean are pictures of the mean pattern', async () => {
    const { trace } = await model.run(input, { capture: ['picture'] })
    expect(await trace.compute(picture, { head: 'mean' })).toEqual(
      inSmall(await trace.compute(pattern, { head: 'mean' }))
    )
  })

  it('do not change the run, and show patterns after its edits', async () => {
    const plain = await model.run(input)
    const edits = [{ at: pattern, op: 'zero', head: 2 }] as const
    const kept = await model.run(input, { capture: ['picture'] })
    expect(kept.logits.data).toEqual(plain.logits.data)
    const edited = await model.run(input, { capture: ['picture'], edits })
    expect(headOf(edited.trace.get(picture), 2).data.every((cell) => cell === 0)).toBe(true)
  })

  it('are saved and opened; a file has none for some of the queries or for the mean', async () => {
    const { trace } = await model.run(input, { capture: ['pattern', 'picture'] })
    const opened = await openTrace(await trace.save())
    expect(await opened.compute(picture, { head: 4 })).toEqual(headOf(trace.get(picture), 4))
    await expectError(opened.compute(picture, { queries: { first: 3, count: 2 } }), 'not-captured', 'picture')
    await expectError(opened.compute(picture, { head: 'mean' }), 'not-captured', 'picture')
  })

  it('cannot be edited, because nothing is computed from them', () =>
    expectError(model.run(input, { edits: [{ at: picture, op: 'zero' }] }), 'unsupported', 'picture'))
})

describe('the mean over the heads', () => {
  it('from the engine and from a file', async () => {
    const { trace } = await model.run(input, { capture: ['pattern'] })
    const all = trace.get(pattern)
    const size = all.data.length / model.info.N
    for (const source of [trace, await openTrace(await trace.save())]) {
      const mean = await source.compute(pattern, { head: 'mean' })
      expect(mean.shape).toEqual(all.shape.slice(1))
      mean.data.forEach((weight, at) => {
        let sum = 0
        for (let head = 0; head < model.info.N; ++head) sum += all.data[head * size + at] ?? 0
        expect(weight).toBeCloseTo(sum / model.info.N, 6)
      })
    }
  })

  it('of a tensor without heads is refused', async () => {
    const { trace } = await model.run(input)
    await expectError(trace.compute('embedding', { head: 'mean' }), 'option', 'embedding')
  })
})
