/** The encoder of MiniLM: from a text of 128 tokens to the states of the last layer. */

import type { Contest } from './contest.js'
import { engineEncoder, randomModel } from './engine.js'
import { loadEngine, loadPeer, type Variant } from './modules.js'
import { encoderGraph } from './onnx/post-norm-graph.js'
import { Random } from './random.js'
import { encoderConfig } from './shapes.js'
import type { Held } from './weights.js'

const tokens = 128

/** States come from a norm, so that their size is about 1. In 8 bits the two sides round activations differently. */
const agreement = { f32: { tolerance: 2e-4 }, int8: { tolerance: 0.3, signal: 10 } } as const

export async function encoderContest(variant: Variant, held: Held): Promise<Contest> {
  const ids = new Random(tokens).integers(tokens, encoderConfig.vocabulary)
  const { model, weights } = randomModel(await loadEngine(variant), encoderConfig, held)
  const ort = await loadPeer()
  const session = await ort.InferenceSession.create(encoderGraph(encoderConfig, weights, held, tokens))
  const feeds = { ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, tokens]) }
  return {
    ours: engineEncoder(model, ids, encoderConfig.layers),
    peer: { run: async () => (await session.run(feeds)).states!.data as Float32Array },
    ...agreement[held]
  }
}
