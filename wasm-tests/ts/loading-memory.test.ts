/** The peak of the engine's memory during a load, compared with the weights in memory after it. */

import { loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { gpt2Form, llamaForm, marianForm, writeRandomCheckpoint } from '../../bench/true-sizes/random-checkpoint.mjs'
import type { Dtype } from '../../web/lib/types/index.js'
import { emptyFolder } from './support/folders.js'

/** Runs `load` and returns the size of the engine's memory, which never shrinks and thus is its peak. */
async function watchMemory<T>(load: () => Promise<T>): Promise<{ result: T; engineBytes: number }> {
  const { grow } = WebAssembly.Memory.prototype
  let engineBytes = 0
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number) {
    const before = grow.call(this, pages)
    engineBytes = Math.max(engineBytes, this.buffer.byteLength)
    return before
  }
  try {
    return { result: await load(), engineBytes }
  } finally {
    WebAssembly.Memory.prototype.grow = grow
  }
}

const forms = {
  // Its projections are stored transposed, so that each is staged as a whole.
  'GPT-2': gpt2Form({ layers: 4, width: 384, heads: 6, vocabulary: 20000, context: 512 }),
  Llama: llamaForm({ layers: 6, width: 512, heads: 8, keyValueHeads: 4, feedForward: 1376, vocabulary: 16000 }),
  Marian: marianForm({ layers: 2, vocabulary: 16000 })
}

const cases: readonly [form: keyof typeof forms, stored: 'F32' | 'BF16', dtype: Dtype][] = [
  ['GPT-2', 'F32', 'f32'],
  ['GPT-2', 'F32', 'int8'],
  ['Llama', 'BF16', 'auto'],
  ['Llama', 'F32', 'f16'],
  ['Marian', 'F32', 'f32'],
  ['Marian', 'BF16', 'int8']
]

/**
 * The staging buffer, one growth step of the memory, and the engine's own data: little compared with any model worth
 * streaming.
 */
const constantBytes = 10 * 2 ** 20

describe('peak memory while loading', () => {
  it.each(cases)('%s of %s held as %s: 1.15 × the weights, or ten megabytes more', async (form, stored, dtype) => {
    const folder = await emptyFolder()
    const { parameters } = writeRandomCheckpoint(folder, forms[form], { dtype: stored, shardBytes: 24e6 })
    const { result: model, engineBytes } = await watchMemory(() => loadModel(folder, { dtype, cache: false }))
    const { bytes } = model.info
    expect(model.info.parameters).toBe(parameters)
    expect(engineBytes).toBeGreaterThan(bytes)
    expect(engineBytes).toBeLessThan(Math.max(1.15 * bytes, bytes + constantBytes))
    await model.dispose()
  })
})
