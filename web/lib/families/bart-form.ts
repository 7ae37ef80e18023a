/** The form shared by BART, Marian and M2M100: an encoder and a decoder whose embeddings and head are often one matrix. */

import type { TransformerConfig } from '../types/engine.js'
import type { JsonObject } from '../formats/json.js'
import { readActivation } from './activations.js'
import { ConfigReader } from './config-reader.js'
import type { Family, ModelPlan, PositionsOf } from './family.js'
import { maxContext, maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth } from './sizes.js'
import { encoderDecoderSizes } from './transformer-form.js'

const shared = 'shared.weight'
const ofEncoder = 'encoder.embed_tokens.weight'
const ofDecoder = 'decoder.embed_tokens.weight'
const head = 'lm_head.weight'
const bias = 'final_logits_bias'

/** The points in which the families of this form differ. */
export interface BartForm {
  readonly modelType: string
  /** The default of `vocab_size`. */
  readonly vocabulary: number
  /** Whether a source text must end with the end token. Some tokenizer.json files of the family do not add it. */
  readonly endsSource?: boolean
  /** The default of `activation_function`, in the feed-forward layers. */
  readonly activation: string
  /** The default of `scale_embedding`. */
  readonly scalesEmbedding: boolean
  /** Reads the family's norms and positions. Throws 'unsupported' for a field whose value is not supported. */
  options(
    config: ConfigReader
  ): Pick<
    TransformerConfig,
    'normPlace' | 'finalNorm' | 'embeddingNorm' | 'position' | 'positionOffset' | 'sinusoidalEnds'
  >
  positions?(config: ConfigReader): PositionsOf | undefined
}

/** Makes a family from its differences. */
export function bartFamily(form: BartForm): Family {
  return { modelType: form.modelType, plan: (values, tensorNames) => planOf(form, values, tensorNames) }
}

function planOf(form: BartForm, values: JsonObject, tensorNames: ReadonlySet<string>): ModelPlan {
  const config = new ConfigReader(values)
  // A decoder without an encoder would lack half of the tensors.
  config.accept('is_encoder_decoder', true)
  const options = form.options(config)
  // A checkpoint of the model without its head has names without 'model.'.
  const isBare = tensorNames.size > 0 && ![...tensorNames].some((name) => name.startsWith('model.'))
  const prefix = isBare ? '' : 'model.'
  const own = new Set([...tensorNames].map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name)))
  const embeddings = embeddingsOf(config, form.vocabulary, own)
  const inFile = (name: string) => (name === head || name === bias ? name : prefix + name)
  const transformer = { ...engineConfig(config, form, embeddings, tensorNames.has(bias)), ...options }
  const endId = form.endsSource ? (values['eos_token_id'] ?? 0) : undefined
  const positions = form.positions?.(config)
  const computesPositions = options.position !== 'learned'
  return {
    engine: { transformer },
    sizes: encoderDecoderSizes(transformer, 'seq2seq-lm'),
    ...(embeddings.encoderVocabulary > 0 && { sourceVocabulary: embeddings.encoderVocabulary }),
    ...(typeof endId === 'number' && endId < transformer.vocabulary && { sourceEndId: endId }),
    ...(positions && { positions }),
    tensorName: (parameter) => inFile(embeddings.names.get(parameter) ?? tensorName(parameter)),
    // The file stores the bias (V) as a matrix of one row (1, V).
    storedLayout: (parameter, shape) => (tensorName(parameter) === bias ? { shape: [1, ...shape] } : undefined),
    mayIgnore(name) {
      const ownName = name.startsWith(prefix) ? name.slice(prefix.length) : name
      return embeddings.duplicates.has(ownName) || (computesPositions && isPositionTable(ownName))
    }
  }
}

interface Embeddings {
  readonly vocabulary: number
  /** 0 when the encoder has no embedding of its own. */
  readonly encoderVocabulary: number
  readonly tied: boolean
  /** The names of the engine's embeddings in the file. */
  readonly names: ReadonlyMap<string, string>
  /** Tensors of the file that copy an embedding, or that the model does not read. */
  readonly duplicates: ReadonlySet<string>
}

function embeddingsOf(config: ConfigReader, defaultVocabulary: number, tensorNames: ReadonlySet<string>): Embeddings {
  const sourceVocabulary = config.size('vocab_size', maxVocabulary, defaultVocabulary)
  const isShared = config.flag('share_encoder_decoder_embeddings', true)
  const tied = config.flag('tie_word_embeddings', true)
  const vocabulary = isShared ? sourceVocabulary : config.size('decoder_vocab_size', maxVocabulary, sourceVocabulary)
  const first = (...names: readonly string[]) => names.find((name) => tensorNames.has(name)) ?? names[0] ?? ''
  // A model whose head is not tied has separate embeddings too, unless the file has only the shared embedding.
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
      duplicates: without(stored, shared, ofDecoder, ofEncoder, ...(tied ? [head] : []))
    }
  }
  const stored = tied ? first(ofDecoder, head) : ofDecoder
  return {
    vocabulary,
    encoderVocabulary: sourceVocabulary,
    tied,
    names: new Map([
      ['encoder.embedding.weight', ofEncoder],
      ['decoder.embedding.weight', stored],
      ['unembedding.weight', head]
    ]),
    duplicates: without(stored, shared, ...(tied ? [ofDecoder, head] : []))
  }
}

/** The tensors that may hold an embedding, without the tensor that is read. */
function without(read: string, ...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.filter((name) => name !== read))
}

/** Names of a block's parameters: a pattern for the engine's name, and its replacement in the file. */
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
    .replace(/^(encoder|decoder)\.blocks\./, '$1.layers.')
    .replace(/^(encoder|decoder)\.position\./, '$1.embed_positions.')
    .replace(/^(encoder|decoder)\.embedding_norm\./, '$1.layernorm_embedding.')
    .replace(/^(encoder|decoder)\.final_norm\./, '$1.layer_norm.')
    .replace('.query_proj.', '.q_proj.')
    .replace('.key_proj.', '.k_proj.')
    .replace('.value_proj.', '.v_proj.')
}

/** Whether a tensor is a table of sines and cosines, which older checkpoints store and the engine computes. */
function isPositionTable(name: string): boolean {
  return /^(encoder|decoder)\.embed_positions\.weight$/.test(name)
}

function engineConfig(
  config: ConfigReader,
  form: BartForm,
  embeddings: Embeddings,
  logitsBias: boolean
): TransformerConfig {
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
    normEpsilon: 1e-5,
    embeddingScale: config.flag('scale_embedding', form.scalesEmbedding) ? Math.sqrt(width) : 1,
    activation: readActivation(config, 'activation_function', form.activation),
    gated: false,
    attentionBias: true,
    outputBias: true,
    feedForwardBias: true,
    tiedEmbedding: embeddings.tied,
    logitsBias
  }
}
