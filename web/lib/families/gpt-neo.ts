/** GPT-Neo (Black et al. 2021): a GPT-2 with unscaled scores and with a window in some layers. */

import type { ConfigReader } from './config-reader.js'
import { readActivation } from './activations.js'
import { decoderHeads } from './heads.js'
import { maxContext, maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth } from './sizes.js'
import { headWidthOf, transformerFamily } from './transformer-form.js'

export const gptNeo = transformerFamily({
  modelType: 'gpt_neo',
  prefixes: ['transformer.'],
  roots: /^(wte|wpe|h|ln_f)\./,
  unused: /\.attn\.attention\.(bias|masked_bias)$/,
  tied: true,
  heads: () => decoderHeads,
  names: [
    [/^embedding\./, 'wte.'],
    [/^position\./, 'wpe.'],
    [/^final_norm\./, 'ln_f.'],
    [/^blocks\./, 'h.'],
    [/\.attn_norm\./, '.ln_1.'],
    [/\.feed_forward_norm\./, '.ln_2.'],
    [/\.attn\.query\./, '.attn.attention.q_proj.'],
    [/\.attn\.key\./, '.attn.attention.k_proj.'],
    [/\.attn\.value\./, '.attn.attention.v_proj.'],
    [/\.attn\.output\./, '.attn.attention.out_proj.'],
    [/\.feed_forward\.up\./, '.mlp.c_fc.'],
    [/\.feed_forward\.down\./, '.mlp.c_proj.']
  ],

  config(config) {
    const width = config.size('hidden_size', maxWidth, 2048)
    const heads = config.size('num_heads', maxHeads, 16)
    const layers = config.size('num_layers', maxLayers, 24)
    const window = config.size('window_size', maxContext, 256)
    const kinds = attentionOf(config, layers)
    return {
      layers,
      heads,
      keyValueHeads: heads,
      headWidth: headWidthOf(config, 'hidden_size', width, heads),
      windows: kinds.map((kind) => (kind === 'local' ? window : 0)),
      width,
      feedForwardWidth: config.size('intermediate_size', maxFeedForwardWidth, 4 * width),
      vocabulary: config.size('vocab_size', maxVocabulary, 50257),
      context: config.size('max_position_embeddings', maxContext, 2048),
      norm: 'layer',
      normEpsilon: config.positive('layer_norm_epsilon', 1e-5),
      position: 'learned',
      attentionScale: 1,
      activation: readActivation(config, 'activation_function', 'gelu_new'),
      gated: false,
      outputBias: true,
      feedForwardBias: true
    }
  }
})

/** The kind of attention of each layer: [[["global", "local"], 12]] repeats the list 12 times. */
function attentionOf(config: ConfigReader, layers: number): readonly unknown[] {
  const types = config.values['attention_types'] ?? [[['global', 'local'], 12]]
  const bad = () => config.bad('attention_types', types, `'global' or 'local' for each of ${layers} layers`)
  const kinds: unknown[] = []
  for (const entry of Array.isArray(types) ? types : []) {
    const [list, times]: unknown[] = Array.isArray(entry) ? entry : []
    if (!Array.isArray(list) || !Number.isInteger(times)) throw bad()
    // The file chooses how often the list is repeated: the number is checked before the loop, and an empty list adds no layer.
    if (list.length === 0 || (times as number) > (layers - kinds.length) / list.length) throw bad()
    for (let i = 0; i < (times as number); ++i) kinds.push(...list)
  }
  if (kinds.length === layers && kinds.every((kind) => kind === 'global' || kind === 'local')) return kinds
  throw bad()
}
