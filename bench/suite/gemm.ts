/** Matrix products Y = X Wᵀ, with a weight that both sides have packed before. */

import type { Contest } from './contest.js'
import { Kernels, loadPeer, type Variant } from './modules.js'
import { GraphBuilder } from './onnx/graph-builder.js'
import { transposed } from './onnx/transposed.js'
import { Random } from './random.js'

/** Creates a row with M = N = K = size. */
export async function gemmContest(variant: Variant, size: number): Promise<Contest> {
  const random = new Random(size)
  const x = random.uniform(size * size)
  const w = random.uniform(size * size, 1 / Math.sqrt(size))

  const kernels = await Kernels.load(variant)
  const [ourX, ourW, ourY] = [x, w, x].map(({ length }) => kernels.allocate(length)) as [number, number, number]
  kernels.write(ourW, w)
  const weight = kernels.known(kernels.module._bench_weight(size, size, ourW))

  const ort = await loadPeer()
  const graph = new GraphBuilder()
  graph.input('x', 'float32', [size, size])
  // The session packs a constant when it is created. Gemm with transB is as fast.
  graph.node('MatMul', ['x', graph.constant(transposed(w, size, size), [size, size])], { outputs: ['y'] })
  graph.output('y', 'float32', [size, size])
  const session = await ort.InferenceSession.create(graph.finish())
  const feeds = { x: new ort.Tensor('float32', x, [size, size]) }

  return {
    ours: {
      run: () => {
        kernels.write(ourX, x)
        kernels.module._bench_matmul(size, ourX, weight, ourY)
        return kernels.read(ourY, x.length)
      }
    },
    peer: { run: async () => (await session.run(feeds)).y!.data as Float32Array },
    tolerance: 1e-4
  }
}
