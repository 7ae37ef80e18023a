/** Rows that compare the engine with itself or with a number. */

import type { Contest, Gauge } from './contest.js'
import { feed, randomModel, startRun } from './engine.js'
import { Kernels, loadEngine, moduleFiles, type Variant } from './modules.js'
import { Random } from './random.js'
import { llamaConfig } from './shapes.js'

const headWidth = 64
const short = 2048
const long = 16 * 1024

/**
 * Compares one head over a long text with the same number of operations over short texts. The long text repeats the
 * short one. Its weights spread evenly over the repeats, so that the outputs of its first queries equal those of the
 * short text.
 */
export async function longContest(variant: Variant): Promise<Contest> {
  const repeats = long / short
  const random = new Random(long)
  const [q, k, v] = [0, 1, 2].map(() => random.uniform(short * headWidth)) as [Float32Array, Float32Array, Float32Array]
  const kernels = await Kernels.load(variant)
  const side = (tokens: number, calls: number) => {
    const op = kernels.known(kernels.module._bench_attention_op(1, tokens, headWidth, 0))
    const held = [q, k, v].map((numbers) => {
      const address = kernels.allocate(tokens * headWidth)
      const bytes = numbers.byteLength
      for (let i = 0; i < tokens / short; i++) kernels.write(address + i * bytes, numbers)
      return address
    }) as [number, number, number]
    const output = kernels.allocate(tokens * headWidth)
    return {
      run: () => {
        for (let i = 0; i < calls; i++) kernels.module._bench_attention(op, ...held, output)
        return kernels.read(output, q.length)
      }
    }
  }
  return { ours: side(long, 1), peer: side(short, repeats * repeats), tolerance: 1e-5 }
}

/**
 * Measures the milliseconds until the pattern of one head over 512 tokens is computed, in a model with 8 heads of width
 * 64.
 */
export async function patternTime(variant: Variant, causal: boolean): Promise<Gauge> {
  const tokens = 512
  const heads = 8
  const sizes = {
    layers: 1,
    heads,
    keyValueHeads: heads,
    headWidth,
    width: heads * headWidth,
    feedForwardWidth: headWidth
  }
  const config = { ...llamaConfig(headWidth), ...sizes, causal, tiedEmbedding: true }
  const { model } = randomModel(await loadEngine(variant), config, 'f32')
  const run = startRun(model, tokens)
  feed(run, new Random(tokens).integers(tokens, headWidth), 'none')
  let head = 0
  return {
    gauge: () => {
      head = (head + 1) % heads
      const start = performance.now()
      run.compute('blocks.0.attn.pattern', head, 0, tokens)
      return performance.now() - start
    },
    unit: 'ms',
    ceiling: causal ? 1 : 2
  }
}

/** Measures the compressed size of the engine's module and the script that loads it, as a server sends them. */
export async function moduleBytes(variant: Variant): Promise<Gauge> {
  const files = await moduleFiles(variant)
  return {
    gauge: async () => {
      let sum = 0
      for (const file of files) {
        const packed = new Blob([file]).stream().pipeThrough(new CompressionStream('gzip'))
        sum += (await new Response(packed).arrayBuffer()).byteLength
      }
      return sum
    },
    unit: 'bytes',
    ceiling: 150_000,
    fixed: true
  }
}
