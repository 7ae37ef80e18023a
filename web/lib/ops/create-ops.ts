/** Builds the attention library from an engine. */

import type { OpsEngine } from '../engine/ops-engine.js'
import { attention, attentionGradient } from './attention.js'
import { linearAttention, linearAttentionGradient } from './linear-attention.js'
import { sparseMask } from './masks.js'
import { multiHeadAttention, multiHeadAttentionGradient } from './multi-head.js'
import { attentionPool, attentionPoolGradient, combine, combineGradient } from './pool-and-combine.js'
import { positionalEncoding, positionalEncodingGradient, rotary, rotaryGradient } from './position.js'
import { norm, normGradient, softmax, softmaxGradient } from './rows.js'
import type { Ops } from './types.js'

/** All operations, bound to this engine. */
export function createOps(engine: OpsEngine): Ops {
  return {
    variant: engine.variant,
    attention: (options) => attention(engine, options),
    attentionGradient: (options) => attentionGradient(engine, options),
    multiHeadAttention: (options) => multiHeadAttention(engine, options),
    multiHeadAttentionGradient: (options) => multiHeadAttentionGradient(engine, options),
    attentionPool: (options) => attentionPool(engine, options),
    attentionPoolGradient: (options) => attentionPoolGradient(engine, options),
    combine: (state, context, options) => combine(engine, state, context, options),
    combineGradient: (state, context, options) => combineGradient(engine, state, context, options),
    linearAttention: (options) => linearAttention(engine, options),
    linearAttentionGradient: (options) => linearAttentionGradient(engine, options),
    softmax: (x, axis) => softmax(engine, x, axis, false),
    softmaxGradient: (x, options) => softmaxGradient(engine, x, options, false),
    logSoftmax: (x, axis) => softmax(engine, x, axis, true),
    logSoftmaxGradient: (x, options) => softmaxGradient(engine, x, options, true),
    layerNorm: (x, options) => norm(engine, x, options ?? {}, true),
    layerNormGradient: (x, options) => normGradient(engine, x, options, true),
    rmsNorm: (x, options) => norm(engine, x, options ?? {}, false),
    rmsNormGradient: (x, options) => normGradient(engine, x, options, false),
    rotary: (x, options) => rotary(engine, x, options ?? {}),
    rotaryGradient: (x, options) => rotaryGradient(engine, x, options),
    positionalEncoding: (kind, options) => positionalEncoding(engine, kind, options),
    positionalEncodingGradient: (kind, options) => positionalEncodingGradient(engine, kind, options),
    sparseMask: (kind, options) => sparseMask(engine, kind, options)
  }
}
