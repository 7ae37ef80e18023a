/**
 * Runs attention on the caller's own queries, keys and values and returns a trace, which every view of attention can
 * show.
 */

import { stageNames } from '../choices.js'
import { AttenscopeError } from '../errors.js'
import { checkNames } from '../known-options.js'
import type { ModelInfo, Part, Tensor, Token, Trace } from '../types/index.js'
import type { AttentionOptions } from './attention-types.js'
import { loadOps } from './load-ops.js'

/** The labels of the rows and columns of traced attention. */
export interface TraceAttentionNames {
  /** The labels of the S keys. Default k1, k2, … */
  readonly tokens?: readonly string[]
  /** The labels of the T queries, when queries and keys are different tokens: the trace's part is then 'cross'. */
  readonly queryTokens?: readonly string[]
}

/**
 * Runs `ops.attention` on one sequence, q (1, N, T, H), k (1, K, S, H), v (1, K, S, Hv), and returns a trace with every stage
 * (`blocks.0.attn.scores` and so on) for `<attn-matrix .trace=${trace}>` and the other views. The trace's part is 'cross' with
 * T ≠ S or `queryTokens`, else 'decoder' for causal attention and 'encoder' for any other.
 *
 * Throws the errors of `ops.attention`, 'shape' for a batch of several sequences or a wrong number of labels, and 'option' for
 * past keys.
 */
export async function traceAttention(options: AttentionOptions, names: TraceAttentionNames = {}): Promise<Trace> {
  checkNames('traceAttention', names)
  const [ops, { traceOf }, { attentionName }] = await Promise.all([
    loadOps(),
    import('../trace/file-trace.js'),
    import('../trace/parts.js')
  ])
  if (options.pastKey !== undefined || options.pastValue !== undefined) {
    throw new AttenscopeError(
      'option',
      'traceAttention takes no pastKey or pastValue: pass all keys in k and all values in v'
    )
  }
  const { output, pattern, stages: seen } = ops.attention({ ...options, pattern: true, capture: stageNames })
  // As in a model's trace, the stage 'squashed' exists only when it changes the scores.
  const isSquashed = (options.softcap ?? 0) > 0 || options.squash === 'tanh'
  const { squashed, ...others } = seen
  const { q, k, v } = options
  const [B = 0, N = 0, T = 0, H = 0] = q.shape
  const [, K = 0, S = 0] = k.shape
  if (B !== 1) throw new AttenscopeError('shape', `q has ${B} sequences, expected 1: a trace shows one sequence`)
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

/** A copy of a tensor without its batch dimension. The caller may change the original later. */
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

/** The model info of a model that consists of this attention only. */
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
