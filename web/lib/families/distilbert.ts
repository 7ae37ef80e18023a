/** DistilBERT (Sanh et al. 2019): a BERT without token types, with other tensor names. */

import { activationOf, readActivation } from './activations.js'
import { denseHead } from './bert.js'
import { questionHead, tokenHead } from './heads.js'
import { maxContext, maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth } from './sizes.js'
import { headWidthOf, transformerFamily } from './transformer-form.js'

export const distilbert = transformerFamily({
  modelType: 'distilbert',
  prefixes: ['distilbert.'],
  roots: /^(embeddings|transformer)\./,
  unused: /^embeddings\.position_ids$/,
  tied: true,
  names: [
    [/^embedding\./, 'embeddings.word_embeddings.'],
    [/^position\./, 'embeddings.position_embeddings.'],
    [/^embedding_norm\./, 'embeddings.LayerNorm.'],
    [/^blocks\./, 'transformer.layer.'],
    [/\.attn_norm\./, '.sa_layer_norm.'],
    [/\.feed_forward_norm\./, '.output_layer_norm.'],
    [/\.attn\.query\./, '.attention.q_lin.'],
    [/\.attn\.key\./, '.attention.k_lin.'],
    [/\.attn\.value\./, '.attention.v_lin.'],
    [/\.attn\.output\./, '.attention.out_lin.'],
    [/\.feed_forward\.up\./, '.ffn.lin1.'],
    [/\.feed_forward\.down\./, '.ffn.lin2.']
  ],

  heads(config) {
    const width = config.size('dim', maxWidth, 768)
    const activation = activationOf(config.values['activation'] ?? 'gelu') ?? 'gelu'
    return [
      denseHead(
        { task: 'masked-lm', architecture: /ForMaskedLM$/, canTie: true },
        [['vocab_transform'], 'vocab_layer_norm', 'vocab_projector'],
        { width, activation, norm: true }
      ),
      denseHead(
        { task: 'sequence-classification', architecture: /ForSequenceClassification$/, at: 'first' },
        [['pre_classifier'], undefined, 'classifier'],
        { width, activation: 'relu' }
      ),
      tokenHead(),
      questionHead
    ]
  },

  config(config) {
    const width = config.size('dim', maxWidth, 768)
    const heads = config.size('n_heads', maxHeads, 12)
    return {
      layers: config.size('n_layers', maxLayers, 6),
      heads,
      keyValueHeads: heads,
      headWidth: headWidthOf(config, 'dim', width, heads),
      causal: false,
      width,
      feedForwardWidth: config.size('hidden_dim', maxFeedForwardWidth, 3072),
      vocabulary: config.size('vocab_size', maxVocabulary, 30522),
      context: config.size('max_position_embeddings', maxContext, 512),
      norm: 'layer',
      normPlace: 'after',
      normEpsilon: 1e-12,
      finalNorm: false,
      embeddingNorm: true,
      // A model with sinusoidal positions stores them as a table, which is read like learned positions.
      position: 'learned',
      activation: readActivation(config, 'activation', 'gelu'),
      gated: false,
      attentionBias: true,
      outputBias: true,
      feedForwardBias: true
    }
  }
})
