/** The rows of the benchmarks, and the function that measures one row, for browsers and Node. */

import { attentionContest } from './attention.js'
import {
  type Contest,
  type Effort,
  type Gauge,
  measure as measureRow,
  type Measurement,
  type Reading
} from './contest.js'
import { deliveredContest } from './delivered.js'
import { encoderContest } from './encoder.js'
import { gemmContest } from './gemm.js'
import { heldContest } from './held.js'
import { decodeContest, plainContest, prefillContest } from './llama.js'
import { loadedBytes } from './memory.js'
import type { Variant } from './modules.js'
import { longContest, moduleBytes, patternTime } from './self.js'
import { threadedDecode, threadedPrefill } from './threads.js'
import { searchContest } from './translator.js'
import { wllamaContest } from './wllama.js'

export { coldFiles } from './cold.js'
export { compare } from './contest.js'

export interface Row {
  readonly id: string
  readonly name: string
  /** The smallest allowed ratio of the other side's time to the engine's; 1 for a row with a ceiling. */
  readonly target: number
  /** The name of the other side when it is not the peer. */
  readonly against?: string
  /** 'page': the row runs only in Chromium, with relaxed SIMD. */
  readonly only?: 'page'
  /** An additional limit of the engine's time, in milliseconds. */
  readonly mostMs?: number
  /**
   * Creates the contest of the row. Rows without it are measured by the driver, which opens pages of both sides
   * (cold.ts).
   */
  readonly contest?: (variant: Variant) => Promise<Contest | Gauge>
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
    id: 'decode-4k-f32-llama2c',
    name: 'decode as above, beside a plain loop compiled as the engine is',
    target: 1.2,
    against: 'a plain loop',
    contest: (variant) => plainContest(variant, 4096)
  },
  {
    id: 'decode-4k-f32-wllama',
    name: 'decode as above, beside llama.cpp in a worker; each writes greedily',
    target: 1.2,
    against: 'wllama',
    only: 'page',
    contest: (variant) => wllamaContest(variant, 4096)
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
  },
  {
    id: 'encoder-f32',
    name: "encoder of MiniLM's shape, 128 tokens",
    target: 1.6,
    contest: (variant) => encoderContest(variant, 'f32')
  },
  {
    id: 'encoder-int8',
    name: 'encoder as above, weights in 8 bits',
    target: 1.4,
    contest: (variant) => encoderContest(variant, 'int8')
  },
  {
    id: 'translate-beam4',
    name: 'beam search of 4, 12 tokens to 12, the shipped translator’s shape',
    target: 2,
    contest: searchContest
  },
  {
    id: 'threads-prefill',
    name: 'prefill as above, two threads',
    target: 1.8,
    against: 'one thread',
    only: 'page',
    contest: threadedPrefill
  },
  {
    id: 'threads-decode',
    name: 'decode as above, vocabulary 4,096, two threads',
    target: 1.3,
    against: 'one thread',
    only: 'page',
    contest: threadedDecode
  },
  {
    id: 'trace-held',
    name: 'queries and keys held for patterns on demand, prefill of 256 and 16 steps, against none',
    target: 1,
    against: 'the same without holding queries',
    contest: heldContest
  },
  {
    id: 'trace-delivered',
    name: 'every pattern delivered, prefill of 256 and 16 steps, against none',
    target: 1,
    against: 'the same without patterns',
    contest: deliveredContest
  },
  {
    id: 'pattern-on-demand',
    name: 'one causal head’s pattern, T = 512',
    target: 1,
    contest: (variant) => patternTime(variant, true)
  },
  {
    id: 'pattern-on-demand-full',
    name: 'one full head’s pattern, T = 512',
    target: 1,
    contest: (variant) => patternTime(variant, false)
  },
  {
    id: 'attention-16k',
    name: 'one head, T = 16,384, beside as much work at T = 2,048',
    target: 0.9,
    against: 'the engine at 2,048',
    contest: longContest
  },
  {
    id: 'module-bytes',
    name: 'engine with all families, gzip',
    target: 1,
    contest: moduleBytes
  },
  {
    id: 'cold-start',
    name: 'navigation to the first token, 8 M parameters in 8 bits',
    target: 3,
    mostMs: 300,
    only: 'page'
  },
  {
    id: 'memory-8m-int8',
    name: 'memory, 8 M parameters in 8 bits, loaded and generated',
    target: 1,
    contest: loadedBytes
  }
]

export type Measured = Measurement | Reading

export async function measure(id: string, variant: Variant, effort: Effort): Promise<Measured> {
  const row = rows.find((each) => each.id === id)
  if (!row?.contest) throw new Error(`there is no row ${id} that can be measured here`)
  return measureRow(await row.contest(variant), effort)
}
