/** A run that stores all queries, so that any pattern can be computed later, compared with a run that does not. */

import type { Contest, Side } from './contest.js'
import { decodeText } from './llama.js'
import { Kernels, type Variant } from './modules.js'
import { llamaConfig } from './shapes.js'

const vocabulary = 4096

export async function heldContest(variant: Variant): Promise<Contest> {
  const kernels = await Kernels.load(variant)
  const { layers, width, heads, feedForwardWidth, context } = llamaConfig(vocabulary)
  const { module } = kernels
  const model = kernels.known(module._bench_llama(layers, width, heads, feedForwardWidth, vocabulary, context))
  const { prompt, stream } = decodeText(vocabulary)
  const ids = kernels.known(module._bench_allocate(prompt.length + stream.length))
  module.HEAP32.set([...prompt, ...stream], ids / Int32Array.BYTES_PER_ELEMENT)
  const side = (holds: boolean): Side => ({
    run: () => {
      const logits = module._bench_llama_run(model, holds ? 1 : 0, ids, prompt.length, stream.length)
      return kernels.read(kernels.known(logits), vocabulary)
    }
  })
  return { ours: side(true), peer: side(false), tolerance: 0, ceiling: 1.01 }
}
