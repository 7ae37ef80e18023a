/** Attention on the caller's own queries, keys and values, as a trace: what shows a model's attention shows it too. */

import { stageNames } from '../choices.js'
import { AttenscopeError } from '../errors.js'
import type { ModelInfo, Part, Tensor, Token, Trace } from '../types/index.js'
import type { AttentionOptions } from './attention-types.js'
import { loadOps } from './load-ops.js'

/** What the rows and columns of traced attention are called. */
export interface TraceAttentionNames {
  /** What is looked at, S of them; default k1, k2, … */
  readonly tokens?: readonly string[]
  /** What looks, T of them, where it is something else than what is looked at: the trace is then one of part 'cross'. */
  readonly queryTokens?: readonly string[]
}

/**
 * Runs `ops.attention` on one sequence, q (1, N, T, H), k (1, K, S, H), v (1, K, S, Hv), and gives a trace with every stage, as
 * `blocks.0.attn.scores` and so on: for `<attn-matrix .trace=${trace}>` and every other view of it. Causal attention is a
 * 'decoder', any other an 'encoder', and with T ≠ S or `queryTokens` it is 'cross'.
 *
 * Throws as `ops.attention` does, and 'shape' for a batch of several or names that do not fit, 'option' for keys of a past.
 */
export async function traceAttention(options: AttentionOptions, names: TraceAttentionNames = {}): Promise<Trace> {
  const [ops, { traceOf }, { attentionName }] = await Promise.all([
    loadOps(),
    import('../trace/file-trace.js'),
    import('../trace/parts.js')
  ])
  if (options.pastKey !== undefined || options.pastValue !== undefined) {
    throw new AttenscopeError('option', 'traceAttention takes no pastKey or pastValue: give all keys as k')
  }
  const { output, pattern, stages: seen } = ops.attention({ ...options, pattern: true, capture: stageNames })
  // What is left as it is has no stage of its own, as in a model's trace.
  const isSquashed = (options.softcap ?? 0) > 0 || options.squash === 'tanh'
  const { squashed, ...others } = seen
  const { q, k, v } = options
  const [B = 0, N = 0, T = 0, H = 0] = q.shape
  const [, K = 0, S = 0] = k.shape
  if (B !== 1) throw new AttenscopeError('shape', `q is of ${B} sequences; a trace is of one`)
  const isCross = T !== S || names.queryTokens !== undefined
  const part: Part = isCross ? 'cross' : options.causal ? 'decoder' : 'encoder'
  const info = infoOf(part, { N, K, H, T, S }, ops.variant)
  const tensors = { q, k, v, ...others, ...(isSquashed && { squashed }), pattern, head_output: output }
  const captured = new Map(
    Object.entries(tensors).flatMap(([stage, tensor]) =>
      tensor ? [[attentionName(info, part, 0, stage as keyof typeof tensors), ofOne(tensor)] as const] : []
    )
  )
  return traceOf({
    info,
    tokens: tokensOf('tokens', names.tokens ?? numbered('k', S), S),
    ...(isCross && { targetTokens: tokensOf('queryTokens', names.queryTokens ?? numbered('q', T), T) }),
    queries: { first: 0, count: T },
    edits: [],
    captured
  })
}

/** A tensor without its dimension of sequences; a copy, as what was given may change. */
function ofOne({ data, shape }: Tensor): Tensor {
  return { data: Float32Array.from(data), shape: shape.slice(1) }
}

const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, at) => `${letter}${at + 1}`)

function tokensOf(what: string, texts: readonly string[], count: number): Token[] {
  if (texts.length !== count) {
    throw new AttenscopeError('shape', `${what} has ${texts.length} names, expected ${count}`)
  }
  let end = 0
  return texts.map((text, id) => ({ id, text, start: end, end: (end += text.length) }))
}

/** The facts of a model that is this attention alone. */
function infoOf(
  part: Part,
  { N, K, H, T, S }: Readonly<Record<'N' | 'K' | 'H' | 'T' | 'S', number>>,
  variant: ModelInfo['variant']
): ModelInfo {
  return {
    family: 'attention',
    kind: part === 'cross' ? 'encoder-decoder' : part,
    task: 'none',
    parts: { [part]: { L: 1, N, layers: [0] } },
    ...{ L: 1, N, K, H, C: N * H, F: 0, V: 0 },
    context: Math.max(T, S),
    ...{ parameters: 0, bytes: 0, dtype: 'f32', variant, threads: 1, hasTokenizer: false }
  }
}
