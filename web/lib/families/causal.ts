/** The form shared by Llama and the families derived from it: RMS norms, rotary positions and a gated feed-forward layer. */

import type { TransformerConfig } from '../types/engine.js'
import { readActivation } from './activations.js'
import type { ConfigReader } from './config-reader.js'
import { causalHead, questionHead, scoreHead, tokenHead, type HeadForm } from './heads.js'
import { readRotary } from './rotary.js'
import { maxContext, maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth } from './sizes.js'
import type { NameRules, TransformerForm } from './transformer-form.js'

/** The heads of the Llama form. */
export const causalHeads: readonly HeadForm[] = [causalHead, scoreHead, tokenHead('score'), questionHead]

/** The tensor names of the Llama form. */
export const llamaNames: NameRules = [
  [/^embedding\./, 'embed_tokens.'],
  [/^final_norm\./, 'norm.'],
  [/^blocks\./, 'layers.'],
  [/\.attn_norm\./, '.input_layernorm.'],
  [/\.feed_forward_norm\./, '.post_attention_layernorm.'],
  [/\.attn\.query\./, '.self_attn.q_proj.'],
  [/\.attn\.key\./, '.self_attn.k_proj.'],
  [/\.attn\.value\./, '.self_attn.v_proj.'],
  [/\.attn\.output\./, '.self_attn.o_proj.'],
  [/\.attn\.query_norm\./, '.self_attn.q_norm.'],
  [/\.attn\.key_norm\./, '.self_attn.k_norm.'],
  [/\.feed_forward\.(gate|up|down)\./, '.mlp.$1_proj.']
]

/** The Llama form without its config: each family adds its own. */
export const llamaForm: Omit<TransformerForm, 'modelType' | 'config'> = {
  // LlamaForQuestionAnswering names the base model 'transformer.'.
  prefixes: ['model.', 'transformer.'],
  roots: /^(embed_tokens|layers|norm)\./,
  // Older checkpoints store the rotary frequencies, which follow from the config.
  unused: /\.rotary_emb\.inv_freq$/,
  names: llamaNames,
  heads: () => causalHeads
}

/** Defaults and field names in which a family differs from Llama. */
interface LlamaDefaults {
  readonly keyValueHeads?: number
  readonly headWidth?: number
  readonly context?: number
  readonly epsilon?: number
  readonly activationField?: string
  readonly activation?: string
  readonly rotaryTypes?: readonly string[]
}

/** Reads the config fields of the Llama form. Throws 'bad-model' for sizes that do not fit each other. */
export function llamaConfig(config: ConfigReader, defaults: LlamaDefaults = {}): TransformerConfig {
  const width = config.size('hidden_size', maxWidth)
  const heads = config.size('num_attention_heads', maxHeads)
  const keyValueHeads = config.size('num_key_value_heads', maxHeads, defaults.keyValueHeads ?? heads)
  if (heads % keyValueHeads !== 0) {
    throw config.bad('num_key_value_heads', keyValueHeads, `a divisor of num_attention_heads, ${heads}`)
  }
  const headWidth = config.size('head_dim', maxWidth, defaults.headWidth ?? Math.floor(width / heads))
  if (config.values['head_dim'] == null && defaults.headWidth === undefined && width % heads !== 0) {
    throw config.bad('hidden_size', width, `a multiple of num_attention_heads, ${heads}, when there is no head_dim`)
  }
  const context = config.size('max_position_embeddings', maxContext, defaults.context ?? 2048)
  const types = defaults.rotaryTypes
  return {
    layers: config.size('num_hidden_layers', maxLayers),
    heads,
    keyValueHeads,
    headWidth,
    width,
    feedForwardWidth: config.size('intermediate_size', maxFeedForwardWidth),
    vocabulary: config.size('vocab_size', maxVocabulary),
    normEpsilon: config.positive('rms_norm_eps', defaults.epsilon ?? 1e-6),
    activation: readActivation(config, defaults.activationField ?? 'hidden_act', defaults.activation ?? 'silu'),
    ...readRotary(config, headWidth, context, types ? { types } : {})
  }
}

/**
 * Reads the attention window of each layer, in keys: from `layer_types` when the config has it, else from `isSliding`.
 * A layer without a window has 0. The result is empty when no layer has a window.
 */
export function readWindows(
  config: ConfigReader,
  layers: number,
  window: number,
  isSliding: (layer: number) => boolean
): Pick<TransformerConfig, 'windows'> {
  const types = config.values['layer_types']
  const kinds = ['sliding_attention', 'full_attention']
  if (types != null && !(Array.isArray(types) && types.length === layers)) {
    throw config.bad('layer_types', types, `a list of ${layers} types, one per layer`)
  }
  const sliding = Array.from({ length: layers }, (_, layer) => {
    const type: unknown = Array.isArray(types) ? types[layer] : undefined
    if (type === undefined) return isSliding(layer)
    if (!kinds.includes(type as string)) config.accept('layer_types', ...kinds)
    return type === 'sliding_attention'
  })
  if (sliding.includes(true) && window === 0)
    throw config.bad('sliding_window', null, 'an integer, because layer_types has sliding_attention')
  return sliding.includes(true) ? { windows: sliding.map((slides) => (slides ? window : 0)) } : {}
}

/** Reads `sliding_window`, in keys. An absent or null field gives the default. */
export function windowOf(config: ConfigReader, defaultWindow = 0): number {
  return config.index('sliding_window', maxContext, defaultWindow)
}
