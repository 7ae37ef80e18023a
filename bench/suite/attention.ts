/** Rows of scaled dot-product attention with 8 heads of width 64, bidirectional or causal: softmax(q kᵀ / √H) v. */

import type { Contest } from './contest.js'
import { Kernels, loadPeer, type Variant } from './modules.js'
import { GraphBuilder } from './onnx/graph-builder.js'
import { Random } from './random.js'

const heads = 8
const headWidth = 64
const width = heads * headWidth

export async function attentionContest(variant: Variant, tokens: number, causal: boolean): Promise<Contest> {
  const random = new Random(tokens)
  const q = random.uniform(tokens * width) // (T, N·H)
  const k = random.uniform(tokens * width) // (N, S, H)
  const v = random.uniform(tokens * width) // (N, S, H)

  const kernels = await Kernels.load(variant)
  const op = kernels.known(kernels.module._bench_attention_op(heads, tokens, headWidth, causal ? 1 : 0))
  const [ourQ, ourK, ourV, output] = [q, k, v, q].map(({ length }) => kernels.allocate(length)) as [
    number,
    number,
    number,
    number
  ]

  const ort = await loadPeer()
  const session = await ort.InferenceSession.create(attentionGraph(tokens, causal))
  const feeds = {
    q: new ort.Tensor('float32', q, [1, tokens, width]),
    k: new ort.Tensor('float32', k, [1, heads, tokens, headWidth]),
    v: new ort.Tensor('float32', v, [1, heads, tokens, headWidth])
  }

  return {
    ours: {
      run: () => {
        kernels.write(ourQ, q)
        kernels.write(ourK, k)
        kernels.write(ourV, v)
        kernels.module._bench_attention(op, ourQ, ourK, ourV, output)
        return kernels.read(output, q.length)
      }
    },
    peer: { run: async () => (await session.run(feeds)).y!.data as Float32Array },
    tolerance: 1e-5
  }
}

/**
 * The peer's fastest form is its MultiHeadAttention with keys and values by heads. ONNX's own Attention, and the chain
 * MatMul, Add, Softmax, MatMul, take up to a twentieth longer. GroupQueryAttention takes twelve times as long in
 * WebAssembly.
 */
function attentionGraph(tokens: number, causal: boolean): Uint8Array {
  const graph = new GraphBuilder()
  graph.input('q', 'float32', [1, tokens, width])
  graph.input('k', 'float32', [1, heads, tokens, headWidth])
  graph.input('v', 'float32', [1, heads, tokens, headWidth])
  graph.node('MultiHeadAttention', ['q', 'k', 'v'], {
    domain: 'com.microsoft',
    attributes: { num_heads: { int: heads }, unidirectional: { int: causal ? 1 : 0 } },
    outputs: ['y']
  })
  graph.output('y', 'float32', [1, tokens, width])
  return graph.finish()
}
