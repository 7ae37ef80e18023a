/** BERT (Devlin et al. 2019) and RoBERTa (Liu et al. 2019): encoders with norms after each layer. */

import type { TransformerConfig } from '../types/engine.js'
import { readActivation, activationOf } from './activations.js'
import type { ConfigReader } from './config-reader.js'
import { questionHead, tokenHead, type HeadForm } from './heads.js'
import { positionsPastPadding } from './padding.js'
import { maxContext, maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth } from './sizes.js'
import { headWidthOf, transformerFamily, type NameRules, type TensorNames } from './transformer-form.js'

/** The tensor names that BERT, RoBERTa, ELECTRA and MPNet share. */
export const bertNames: NameRules = [
  [/^embedding\./, 'embeddings.word_embeddings.'],
  [/^position\./, 'embeddings.position_embeddings.'],
  [/^type\./, 'embeddings.token_type_embeddings.'],
  [/^embedding_norm\./, 'embeddings.LayerNorm.'],
  [/^embedding_projection\./, 'embeddings_project.'],
  [/^blocks\./, 'encoder.layer.'],
  [/\.attn_norm\./, '.attention.output.LayerNorm.'],
  [/\.feed_forward_norm\./, '.output.LayerNorm.'],
  [/\.attn\.(query|key|value)\./, '.attention.self.$1.'],
  [/\.attn\.output\./, '.attention.output.dense.'],
  [/\.feed_forward\.up\./, '.intermediate.dense.'],
  [/\.feed_forward\.down\./, '.output.dense.']
]

/** Tensors that the model may ignore: tables that follow from the config, and the pooler, which only some heads read. */
export const bertUnused = /^(embeddings\.(position_ids|token_type_ids)$|pooler\.)/

/** Reads the config fields that BERT, RoBERTa, ELECTRA and MPNet share. */
export function bertConfig(config: ConfigReader): TransformerConfig {
  config.accept('position_embedding_type', 'absolute')
  config.accept('add_cross_attention', false)
  const width = config.size('hidden_size', maxWidth, 768)
  const heads = config.size('num_attention_heads', maxHeads, 12)
  return {
    layers: config.size('num_hidden_layers', maxLayers, 12),
    heads,
    keyValueHeads: heads,
    headWidth: headWidthOf(config, 'hidden_size', width, heads),
    causal: config.flag('is_decoder', false),
    width,
    feedForwardWidth: config.size('intermediate_size', maxFeedForwardWidth, 3072),
    vocabulary: config.size('vocab_size', maxVocabulary, 30522),
    context: config.size('max_position_embeddings', maxContext, 512),
    types: config.size('type_vocab_size', maxVocabulary, 2),
    norm: 'layer',
    normPlace: 'after',
    normEpsilon: config.positive('layer_norm_eps', 1e-12),
    finalNorm: false,
    embeddingNorm: true,
    position: 'learned',
    activation: readActivation(config, 'hidden_act', 'gelu'),
    gated: false,
    attentionBias: true,
    outputBias: true,
    feedForwardBias: true
  }
}

/** Like `bertConfig`, for families whose first token has the position row `pad_token_id` + 1. */
export function bertConfigPastPadding(config: ConfigReader): TransformerConfig {
  const bert = bertConfig(config)
  const positionOffset = config.index('pad_token_id', maxContext, 1) + 1
  if (bert.context > positionOffset) return { ...bert, positionOffset, context: bert.context - positionOffset }
  throw config.bad('max_position_embeddings', bert.context, `more than ${positionOffset}, the rows before the first`)
}

/** A head with a dense layer before the logits, from the names of its dense layer, its norm and its last layer. */
export function denseHead(
  form: Pick<HeadForm, 'task' | 'architecture'> & Partial<HeadForm>,
  [dense, norm, out, bias = `${out}.bias`]: readonly [
    dense: readonly string[],
    norm: string | undefined,
    out: string,
    bias?: string
  ],
  layer: NonNullable<HeadForm['dense']>
): HeadForm {
  return {
    bias: true,
    ...form,
    dense: layer,
    names: {
      'head.dense.weight': dense.map((name) => `${name}.weight`),
      'head.dense.bias': dense.map((name) => `${name}.bias`),
      ...(norm !== undefined && { 'head.norm.weight': [`${norm}.weight`], 'head.norm.bias': [`${norm}.bias`] }),
      'unembedding.weight': [`${out}.weight`],
      // An untied head reads the bias of its last layer. Older checkpoints have only the other bias.
      logits_bias: [`${out}.bias`, bias]
    }
  }
}

/** With `is_decoder` the mask is causal and the head predicts the next token. */
export function languageTask(config: ConfigReader): 'causal-lm' | 'masked-lm' {
  return config.flag('is_decoder', false) ? 'causal-lm' : 'masked-lm'
}

const maskedArchitecture = /(ForMaskedLM|ForPreTraining|LMHeadModel|ForCausalLM)$/

function bertHeads(config: ConfigReader): readonly HeadForm[] {
  const width = config.size('hidden_size', maxWidth, 768)
  const activation = activationOf(config.values['hidden_act'] ?? 'gelu') ?? 'gelu'
  return [
    denseHead(
      { task: languageTask(config), architecture: maskedArchitecture, canTie: true },
      [
        ['cls.predictions.transform.dense'],
        'cls.predictions.transform.LayerNorm',
        'cls.predictions.decoder',
        'cls.predictions.bias'
      ],
      { width, activation, norm: true }
    ),
    denseHead(
      { task: 'sequence-classification', architecture: /ForSequenceClassification$/, at: 'first' },
      [['bert.pooler.dense', 'pooler.dense'], undefined, 'classifier'],
      { width, activation: 'tanh' }
    ),
    tokenHead(),
    questionHead
  ]
}

export const bert = transformerFamily({
  modelType: 'bert',
  prefixes: ['bert.'],
  roots: /^(embeddings|encoder|pooler)\./,
  unused: bertUnused,
  tied: true,
  names: bertNames,
  heads: bertHeads,
  config: bertConfig,
  spelling: spellingOfOld
})

/** The first checkpoints call a norm's weight and bias gamma and beta. */
function spellingOfOld(name: string, tensors: TensorNames): string {
  if (tensors.has(name)) return name
  const old = name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta')
  return tensors.has(old) ? old : name
}

/** The heads of RoBERTa and MPNet. */
export function robertaHeads(config: ConfigReader): readonly HeadForm[] {
  const width = config.size('hidden_size', maxWidth, 768)
  return [
    denseHead(
      { task: languageTask(config), architecture: maskedArchitecture, canTie: true },
      [['lm_head.dense'], 'lm_head.layer_norm', 'lm_head.decoder', 'lm_head.bias'],
      { width, activation: 'gelu', norm: true }
    ),
    denseHead(
      { task: 'sequence-classification', architecture: /ForSequenceClassification$/, at: 'first' },
      [['classifier.dense'], undefined, 'classifier.out_proj'],
      { width, activation: 'tanh' }
    ),
    tokenHead(),
    questionHead
  ]
}

export const roberta = transformerFamily({
  modelType: 'roberta',
  prefixes: ['roberta.'],
  roots: /^(embeddings|encoder|pooler)\./,
  unused: bertUnused,
  tied: true,
  names: bertNames,
  heads: robertaHeads,
  config: bertConfigPastPadding,
  positions: (config) => positionsPastPadding(config.index('pad_token_id', maxContext, 1))
})
