/**
 * Marian translators in Hugging Face's form (Junczys-Dowmunt et al. 2018): an encoder and a decoder whose blocks
 * normalise what they leave, sinusoidal positions, one embedding for all ends unless the config says otherwise.
 */

import type { TransformerConfig } from '../engine.js'
import { AttenscopeError } from '../errors.js'
import { kindOf, type JsonObject } from '../formats/json.js'
import { ConfigReader } from './config-reader.js'
import type { Family, ModelPlan, ModelSizes } from './family.js'
import { allLayers, maxContext, maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth } from './sizes.js'

const shared = 'model.shared.weight'
const ofEncoder = 'model.encoder.embed_tokens.weight'
const ofDecoder = 'model.decoder.embed_tokens.weight'
const head = 'lm_head.weight'
const bias = 'final_logits_bias'

export const marian: Family = {
  modelType: 'marian',

  plan(values: JsonObject, tensorNames: ReadonlySet<string>): ModelPlan {
    const config = new ConfigReader(values)
    refuseWhatIsNotHonoured(config)
    const embeddings = embeddingsOf(config, tensorNames)
    const transformer = engineConfig(config, embeddings, tensorNames.has(bias))
    const endId = values['eos_token_id'] ?? 0
    return {
      engine: { transformer },
      sizes: sizesOf(transformer),
      ...(embeddings.encoderVocabulary > 0 && { sourceVocabulary: embeddings.encoderVocabulary }),
      ...(typeof endId === 'number' && endId < transformer.vocabulary && { sourceEndId: endId }),
      tensorName: (parameter) => embeddings.names.get(parameter) ?? tensorName(parameter),
      // A row of its own in the file.
      shapeInFile: (parameter, shape) => (tensorName(parameter) === bias ? [1, ...shape] : shape),
      mayIgnore: (name) => embeddings.duplicates.has(name) || isPositionTable(name)
    }
  }
}

interface Embeddings {
  readonly vocabulary: number
  /** 0 where the encoder has none of its own. */
  readonly encoderVocabulary: number
  readonly tied: boolean
  /** The file's names of the engine's embeddings. */
  readonly names: ReadonlyMap<string, string>
  /** Tensors that are copies of these, or that nothing reads. */
  readonly duplicates: ReadonlySet<string>
}

function embeddingsOf(config: ConfigReader, tensorNames: ReadonlySet<string>): Embeddings {
  const sourceVocabulary = config.size('vocab_size', maxVocabulary, 58101)
  const isShared = config.flag('share_encoder_decoder_embeddings', true)
  const tied = config.flag('tie_word_embeddings', true)
  const vocabulary = isShared ? sourceVocabulary : config.size('decoder_vocab_size', maxVocabulary, sourceVocabulary)
  const first = (...names: readonly string[]) => names.find((name) => tensorNames.has(name)) ?? names[0] ?? ''
  // Where the head is not tied nothing is, unless the file has no embedding but the shared one.
  const hasOwn = tensorNames.has(ofEncoder) || tensorNames.has(ofDecoder)
  if (isShared && (tied || !hasOwn)) {
    const stored = tied ? first(shared, head, ofDecoder, ofEncoder) : shared
    return {
      vocabulary,
      encoderVocabulary: 0,
      tied,
      names: new Map([
        ['embedding.weight', stored],
        ['unembedding.weight', head]
      ]),
      duplicates: new Set([shared, ofDecoder, ofEncoder, ...(tied ? [head] : [])])
    }
  }
  return {
    vocabulary,
    encoderVocabulary: sourceVocabulary,
    tied,
    names: new Map([
      ['encoder.embedding.weight', ofEncoder],
      ['decoder.embedding.weight', tied ? first(ofDecoder, head) : ofDecoder],
      ['unembedding.weight', head]
    ]),
    duplicates: new Set([shared, ...(tied ? [ofDecoder, head] : [])])
  }
}

/** Parameters of a block, the engine's and the file's. */
const blockParts: readonly (readonly [RegExp, string])[] = [
  [/\.attn_norm\./, '.self_attn_layer_norm.'],
  [/\.cross_norm\./, '.encoder_attn_layer_norm.'],
  [/\.feed_forward_norm\./, '.final_layer_norm.'],
  [/\.attn\.(query|key|value)\./, '.self_attn.$1_proj.'],
  [/\.cross\.(query|key|value)\./, '.encoder_attn.$1_proj.'],
  [/\.attn\.output\./, '.self_attn.out_proj.'],
  [/\.cross\.output\./, '.encoder_attn.out_proj.'],
  [/\.feed_forward\.up\./, '.fc1.'],
  [/\.feed_forward\.down\./, '.fc2.']
]

function tensorName(parameter: string): string {
  if (parameter === 'logits_bias') return bias
  const renamed = blockParts.reduce((name, [from, to]) => name.replace(from, to), parameter)
  return renamed
    .replace(/^(encoder|decoder)\.blocks\./, 'model.$1.layers.')
    .replace('.query_proj.', '.q_proj.')
    .replace('.key_proj.', '.k_proj.')
    .replace('.value_proj.', '.v_proj.')
}

/** Older checkpoints store the sines and cosines, which follow from the config. */
function isPositionTable(name: string): boolean {
  return /^model\.(encoder|decoder)\.embed_positions\.weight$/.test(name)
}

function engineConfig(config: ConfigReader, embeddings: Embeddings, logitsBias: boolean): TransformerConfig {
  const width = config.size('d_model', maxWidth, 1024)
  const stack = (part: 'encoder' | 'decoder') => {
    const heads = config.size(`${part}_attention_heads`, maxHeads, 16)
    if (width % heads !== 0) throw config.bad('d_model', width, `a multiple of ${part}_attention_heads, ${heads}`)
    return {
      layers: config.size(`${part}_layers`, maxLayers, 12),
      heads,
      keyValueHeads: heads,
      headWidth: width / heads,
      feedForwardWidth: config.size(`${part}_ffn_dim`, maxFeedForwardWidth, 4096)
    }
  }
  return {
    ...stack('decoder'),
    encoder: stack('encoder'),
    width,
    vocabulary: embeddings.vocabulary,
    encoderVocabulary: embeddings.encoderVocabulary,
    context: config.size('max_position_embeddings', maxContext, 1024),
    norm: 'layer',
    normPlace: 'after',
    normEpsilon: 1e-5,
    finalNorm: false,
    embeddingScale: config.flag('scale_embedding', false) ? Math.sqrt(width) : 1,
    position: 'sinusoidal',
    rotaryBase: 0,
    activation: activationOf(config),
    gated: false,
    attentionBias: true,
    outputBias: true,
    feedForwardBias: true,
    tiedEmbedding: embeddings.tied,
    logitsBias
  }
}

const activations: Readonly<Record<string, NonNullable<TransformerConfig['activation']>>> = {
  relu: 'relu',
  gelu: 'gelu',
  swish: 'silu',
  silu: 'silu',
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh'
}

function activationOf(config: ConfigReader): TransformerConfig['activation'] {
  const name = config.values['activation_function'] ?? 'gelu'
  const activation = typeof name === 'string' && Object.hasOwn(activations, name) ? activations[name] : undefined
  if (activation) return activation
  throw new AttenscopeError(
    'unsupported',
    `config.json: activation_function is ${kindOf(name)}; supported: ${Object.keys(activations).map(kindOf).join(', ')}`
  )
}

/** What older configs can say, and Hugging Face's own Marian does not do either. */
function refuseWhatIsNotHonoured(config: ConfigReader): void {
  for (const field of ['normalize_before', 'normalize_embedding', 'add_final_layer_norm', 'add_bias_logits']) {
    config.accept(field, false)
  }
  config.accept('static_position_embeddings', true)
}

function sizesOf(config: TransformerConfig): ModelSizes {
  const decoder = { L: config.layers, N: config.heads, layers: allLayers(config.layers) }
  const { layers = 0, heads = 0 } = config.encoder ?? {}
  return {
    kind: 'encoder-decoder',
    parts: { encoder: { L: layers, N: heads, layers: allLayers(layers) }, decoder, cross: decoder },
    L: config.layers,
    N: config.heads,
    K: config.keyValueHeads,
    H: config.headWidth,
    C: config.width,
    F: config.feedForwardWidth,
    V: config.vocabulary,
    context: config.context
  }
}
