/** T5 (Raffel et al. 2020), T5 1.1 and mT5: relative position buckets, unscaled scores, RMS norms before each layer. */

import type { TransformerConfig } from '../types/engine.js'
import { activationOf } from './activations.js'
import type { ConfigReader } from './config-reader.js'
import { tokenHead, type HeadForm } from './heads.js'
import type { StoredLayout } from './layouts.js'
import { maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth, relativeContext } from './sizes.js'
import { transformerFamily, type NameRules, type TensorNames } from './transformer-form.js'

const names: NameRules = [
  [/^embedding\./, 'shared.'],
  // In a model without a decoder the engine's names have no part.
  [/^(blocks|final_norm|distance_bias)\./, 'encoder.$1.'],
  [/\.distance_bias\./, '.block.0.layer.0.SelfAttention.relative_attention_bias.'],
  [/\.final_norm\./, '.final_layer_norm.'],
  [/\.attn_norm\./, '.layer.0.layer_norm.'],
  [/\.cross_norm\./, '.layer.1.layer_norm.'],
  [/\.attn\.(\w)\w+\./, '.layer.0.SelfAttention.$1.'],
  [/\.cross\.(\w)\w+\./, '.layer.1.EncDecAttention.$1.'],
  [/^(encoder\.blocks\.\d+)\.feed_forward/, '$1.layer.1.feed_forward'],
  [/^(decoder\.blocks\.\d+)\.feed_forward/, '$1.layer.2.feed_forward'],
  [/\.feed_forward_norm\./, '.layer_norm.'],
  [/\.feed_forward\.down\./, '.DenseReluDense.wo.'],
  [/\.feed_forward\.gate\./, '.DenseReluDense.wi_0.'],
  [/\.blocks\./, '.block.']
]

const seq2seqHead: HeadForm = {
  task: 'seq2seq-lm',
  architecture: /(ForConditionalGeneration|WithLMHeadModel)$/,
  names: { 'unembedding.weight': ['lm_head.weight'] },
  bias: false,
  canTie: true
}

/** The defaults in which T5 and mT5 differ. */
interface T5Defaults {
  readonly modelType: string
  readonly layers: number
  readonly heads: number
  readonly feedForwardWidth: number
  readonly vocabulary: number
  readonly feedForward: string
  /** Whether logits are scaled by C^(−1/2) when head and embedding are tied. */
  readonly scales: boolean
}

function t5Family(defaults: T5Defaults) {
  return transformerFamily({
    modelType: defaults.modelType,
    prefixes: ['', 'transformer.'],
    roots: /^(shared|encoder|decoder)\./,
    unused:
      /^((encoder|decoder)\.embed_tokens\.weight|decoder\.block\.0\.layer\.1\.EncDecAttention\.relative_attention_bias\.weight)$/,
    headAsStored: true,
    heads: (config) => (hasDecoder(config, none) ? [seq2seqHead, tokenHead()] : [tokenHead()]),
    names: [...names, [/\.feed_forward\.up\./, '.DenseReluDense.wi.']],
    spelling,
    storedLayout(parameter, _, { buckets = 0, heads }): StoredLayout | undefined {
      return parameter.endsWith('distance_bias.weight') ? { shape: [buckets, heads] } : undefined
    },
    config: (config, tensors) => engineConfig(config, tensors, defaults)
  })
}

const none: TensorNames = new Set()

export const t5 = t5Family({
  modelType: 't5',
  layers: 6,
  heads: 8,
  feedForwardWidth: 2048,
  vocabulary: 32128,
  feedForward: 'relu',
  scales: true
})

export const mt5 = t5Family({
  modelType: 'mt5',
  layers: 8,
  heads: 6,
  feedForwardWidth: 1024,
  vocabulary: 250_112,
  feedForward: 'gated-gelu',
  scales: false
})

function engineConfig(config: ConfigReader, tensors: TensorNames, defaults: T5Defaults): TransformerConfig {
  config.accept('is_decoder', false)
  const width = config.size('d_model', maxWidth, 512)
  const heads = config.size('num_heads', maxHeads, defaults.heads)
  const layers = config.size('num_layers', maxLayers, defaults.layers)
  const stack = {
    layers,
    heads,
    keyValueHeads: heads,
    headWidth: config.size('d_kv', maxWidth, 64),
    feedForwardWidth: config.size('d_ff', maxFeedForwardWidth, defaults.feedForwardWidth)
  }
  // transformers 5 stores whether logits are scaled. Earlier versions scale them when head and embedding are tied.
  const wasTied = config.values['tie_word_embeddings'] !== false
  const scales = defaults.scales && config.flag('scale_decoder_outputs', wasTied)
  const decodes = hasDecoder(config, tensors)
  return {
    ...stack,
    ...(decodes ? { layers: config.size('num_decoder_layers', maxLayers, layers), encoder: stack } : { causal: false }),
    width,
    vocabulary: config.size('vocab_size', maxVocabulary, defaults.vocabulary),
    context: relativeContext,
    normEpsilon: config.positive('layer_norm_epsilon', 1e-6),
    position: 'none',
    distanceBias: 'buckets',
    buckets: config.size('relative_attention_num_buckets', maxWidth, 32),
    bucketDistance: config.size('relative_attention_max_distance', maxWidth, 128),
    attentionScale: 1,
    ...(decodes && scales && { logitsScale: width ** -0.5 }),
    ...feedForward(config, defaults.feedForward)
  }
}

/** Whether the model has a decoder: the tensor names show it, or the config before they are known. */
function hasDecoder(config: ConfigReader, tensors: TensorNames): boolean {
  if (tensors.size > 0) return [...tensors].some((name) => name.startsWith('decoder.'))
  return config.flag('is_encoder_decoder', true)
}

/** Reads `feed_forward_proj`: 'relu', 'gated-gelu', … In 'gated-gelu' GELU is the tanh approximation. */
function feedForward(config: ConfigReader, defaultForm: string): Pick<TransformerConfig, 'activation' | 'gated'> {
  const form = config.values['feed_forward_proj'] ?? defaultForm
  const [, gated, name] = typeof form === 'string' ? (/^(gated-)?([^-]+)$/.exec(form) ?? []) : []
  const activation = activationOf(form === 'gated-gelu' ? 'gelu_new' : name)
  if (!activation) config.accept('feed_forward_proj', 'relu', 'gelu', 'silu', 'gated-relu', 'gated-gelu', 'gated-silu')
  return { activation: activation ?? 'relu', gated: gated !== undefined }
}

/** The name that the file has: `wi_1` in a gated layer, and any of the embedding's names when the file has one copy. */
function spelling(name: string, tensors: TensorNames): string {
  if (tensors.size === 0 || tensors.has(name)) return name
  const gated = name.replace(/\.wi\.weight$/, '.wi_1.weight')
  if (tensors.has(gated)) return gated
  if (!name.endsWith('shared.weight')) return name
  const start = name.slice(0, -'shared.weight'.length)
  const others = ['decoder.embed_tokens.weight', 'encoder.embed_tokens.weight'].map((other) => start + other)
  return [...others, 'lm_head.weight'].find((other) => tensors.has(other)) ?? name
}
