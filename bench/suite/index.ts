/** The rows of the benchmarks, and the measuring of one. This runs in the browser and in Node alike. */

import { attentionContest } from './attention.js'
import { type Contest, type Effort, measure as measureContest, type Measurement } from './contest.js'
import { gemmContest } from './gemm.js'
import { decodeContest, prefillContest } from './llama.js'
import type { Variant } from './modules.js'

export interface Row {
  readonly id: string
  readonly name: string
  /** How many times faster than the peer the engine is to be. */
  readonly target: number
  readonly contest: (variant: Variant) => Promise<Contest>
}

const gemm = (size: number): Row => ({
  id: `gemm-${size}`,
  name: `matrix product, M = N = K = ${size}`,
  target: 1.45,
  contest: (variant) => gemmContest(variant, size)
})

const attention = (tokens: number, causal: boolean): Row => ({
  id: `attention-${causal ? 'causal-' : ''}${tokens}`,
  name: `${causal ? 'causal ' : ''}attention, 8 heads × 64, T = ${tokens}`,
  target: causal ? 3 : 1.6,
  contest: (variant) => attentionContest(variant, tokens, causal)
})

export const rows: readonly Row[] = [
  ...[256, 768, 1024].map(gemm),
  ...[512, 2048].map((tokens) => attention(tokens, false)),
  ...[512, 2048].map((tokens) => attention(tokens, true)),
  {
    id: 'prefill-f32',
    name: 'prefill, 256 tokens, vocabulary 4,096, last logits',
    target: 1.6,
    contest: (variant) => prefillContest(variant, 4096, 'f32')
  },
  {
    id: 'prefill-int8',
    name: 'prefill as above, weights in 8 bits',
    target: 1.5,
    contest: (variant) => prefillContest(variant, 4096, 'int8')
  },
  {
    id: 'decode-4k-f32',
    name: 'decode, one token about position 256, vocabulary 4,096',
    target: 2.5,
    contest: (variant) => decodeContest(variant, 4096, 'f32')
  },
  {
    id: 'decode-32k-f32',
    name: 'decode, one token about position 256, vocabulary 32,000',
    target: 1.5,
    contest: (variant) => decodeContest(variant, 32000, 'f32')
  },
  {
    id: 'decode-32k-int8',
    name: 'decode as above, weights in 8 bits',
    target: 4,
    contest: (variant) => decodeContest(variant, 32000, 'int8')
  }
]

export async function measure(id: string, variant: Variant, effort: Effort): Promise<Measurement> {
  const row = rows.find((each) => each.id === id)
  if (!row) throw new Error(`there is no row ${id}`)
  return measureContest(await row.contest(variant), effort)
}
