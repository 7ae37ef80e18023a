/** GPT-2 (Radford et al. 2019): learned positions, layer norms before each layer, and transposed weights in the file. */

import type { TransformerConfig } from '../types/engine.js'
import { readActivation } from './activations.js'
import type { ConfigReader } from './config-reader.js'
import { decoderHeads } from './heads.js'
import { joinedIndex, transposed, type StoredLayout } from './layouts.js'
import { maxContext, maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth } from './sizes.js'
import { headWidthOf, transformerFamily } from './transformer-form.js'

export const gpt2 = transformerFamily({
  modelType: 'gpt2',
  prefixes: ['transformer.'],
  roots: /^(wte|wpe|h|ln_f)\./,
  // Older checkpoints store the causal mask.
  unused: /^h\.\d+\.attn\.(bias|masked_bias)$/,
  tied: true,
  heads: () => decoderHeads,
  names: [
    [/^embedding\./, 'wte.'],
    [/^position\./, 'wpe.'],
    [/^final_norm\./, 'ln_f.'],
    [/^blocks\./, 'h.'],
    [/\.attn_norm\./, '.ln_1.'],
    [/\.feed_forward_norm\./, '.ln_2.'],
    [/\.attn\.(query|key|value)\./, '.attn.c_attn.'],
    [/\.attn\.output\./, '.attn.c_proj.'],
    [/\.feed_forward\.up\./, '.mlp.c_fc.'],
    [/\.feed_forward\.down\./, '.mlp.c_proj.']
  ],
  storedLayout,

  config(config: ConfigReader): TransformerConfig {
    for (const field of ['scale_attn_by_inverse_layer_idx', 'add_cross_attention']) config.accept(field, false)
    const width = config.size('n_embd', maxWidth, 768)
    const heads = config.size('n_head', maxHeads, 12)
    return {
      layers: config.size('n_layer', maxLayers, 12),
      heads,
      keyValueHeads: heads,
      headWidth: headWidthOf(config, 'n_embd', width, heads),
      width,
      feedForwardWidth: config.size('n_inner', maxFeedForwardWidth, 4 * width),
      vocabulary: config.size('vocab_size', maxVocabulary, 50257),
      context: config.size('n_positions', maxContext, 1024),
      norm: 'layer',
      normEpsilon: config.positive('layer_norm_epsilon', 1e-5),
      position: 'learned',
      attentionScale: config.flag('scale_attn_weights', true) ? 0 : 1,
      activation: readActivation(config, 'activation_function', 'gelu_new'),
      gated: false,
      attentionBias: true,
      outputBias: true,
      feedForwardBias: true
    }
  }
})

/** Weights of transformers' Conv1D have the shape (in, out). Query, key and value weights are side by side in one tensor. */
function storedLayout(parameter: string, shape: readonly number[]): StoredLayout | undefined {
  const index = joinedIndex(parameter)
  const [rows = 0] = shape
  if (index >= 0) return transposed(shape, index * rows, 3 * rows)
  return /\.(output|up|down)\.weight$/.test(parameter) ? transposed(shape) : undefined
}
