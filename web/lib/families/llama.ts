/** Llama checkpoints in Hugging Face's form: RMS norm, rotary positions, gated feed-forward, grouped keys and values. */

import type { JsonObject } from '../formats/json.js'
import type { TransformerConfig } from '../engine.js'
import { ConfigReader } from './config-reader.js'
import { allLayers, maxContext, maxFeedForwardWidth, maxHeads, maxLayers, maxVocabulary, maxWidth } from './sizes.js'
import type { Family, ModelPlan, ModelSizes } from './family.js'

const attentionParts: Readonly<Record<string, string>> = {
  query: 'q_proj',
  key: 'k_proj',
  value: 'v_proj',
  output: 'o_proj'
}

export const llama: Family = {
  modelType: 'llama',

  plan(values: JsonObject, tensorNames: ReadonlySet<string>): ModelPlan {
    const engine = engineConfig(values, tensorNames)
    return {
      engine: { transformer: engine },
      sizes: sizesOf(engine),
      tensorName,
      mayIgnore: (name) => mayIgnore(name, engine)
    }
  }
}

function engineConfig(values: JsonObject, tensorNames: ReadonlySet<string>): TransformerConfig {
  const config = new ConfigReader(values)
  refuseWhatIsNotHonoured(config)

  const width = config.size('hidden_size', maxWidth)
  const heads = config.size('num_attention_heads', maxHeads)
  const keyValueHeads = config.size('num_key_value_heads', maxHeads, heads)
  if (heads % keyValueHeads !== 0) {
    throw config.bad('num_key_value_heads', keyValueHeads, `a divisor of num_attention_heads, ${heads}`)
  }
  const headWidth = config.size('head_dim', maxWidth, Math.floor(width / heads))
  if (values['head_dim'] == null && width % heads !== 0) {
    throw config.bad('hidden_size', width, `a multiple of num_attention_heads, ${heads}, where there is no head_dim`)
  }
  // Rotary positions turn pairs of numbers.
  if (headWidth % 2 !== 0) throw config.bad('head_dim', headWidth, 'an even number')

  const attentionBias = config.flag('attention_bias', false)
  return {
    layers: config.size('num_hidden_layers', maxLayers),
    heads,
    keyValueHeads,
    headWidth,
    width,
    feedForwardWidth: config.size('intermediate_size', maxFeedForwardWidth),
    vocabulary: config.size('vocab_size', maxVocabulary),
    context: config.size('max_position_embeddings', maxContext, 2048),
    normEpsilon: config.positive('rms_norm_eps', 1e-6),
    rotaryBase: rotaryBase(config),
    attentionBias,
    outputBias: attentionBias,
    feedForwardBias: config.flag('mlp_bias', false),
    // A head that the config says is tied may be stored as well: the embedding counts, as in transformers. One that it
    // says is not tied has to be there.
    tiedEmbedding: config.flag('tie_word_embeddings', !tensorNames.has('lm_head.weight'))
  }
}

function sizesOf(config: TransformerConfig): ModelSizes {
  return {
    kind: 'decoder',
    parts: { decoder: { L: config.layers, N: config.heads, layers: allLayers(config.layers) } },
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

function tensorName(parameter: string): string {
  switch (parameter) {
    case 'embedding.weight':
      return 'model.embed_tokens.weight'
    case 'final_norm.weight':
      return 'model.norm.weight'
    case 'unembedding.weight':
      return 'lm_head.weight'
  }
  return parameter
    .replace(/^blocks\./, 'model.layers.')
    .replace('.attn_norm.', '.input_layernorm.')
    .replace('.feed_forward_norm.', '.post_attention_layernorm.')
    .replace(/\.attn\.(\w+)\./, (_, part: string) => `.self_attn.${attentionParts[part] ?? part}.`)
    .replace(/\.feed_forward\.(gate|up|down)\./, '.mlp.$1_proj.')
}

function mayIgnore(tensorName: string, config: TransformerConfig): boolean {
  if (tensorName === 'lm_head.weight') return config.tiedEmbedding
  // Older checkpoints store the rotary frequencies, which follow from the config.
  return tensorName.endsWith('.rotary_emb.inv_freq') || !tensorName.startsWith('model.')
}

function refuseWhatIsNotHonoured(config: ConfigReader): void {
  config.accept('hidden_act', 'silu', 'swish')
  config.accept('pretraining_tp', 1)
  config.accept('sliding_window')
  for (const field of ['rope_scaling', 'rope_parameters']) {
    const rope = config.section(field)
    rope?.accept('rope_type', 'default')
    rope?.accept('type', 'default')
    rope?.accept('partial_rotary_factor', 1)
  }
  config.accept('partial_rotary_factor', 1)
}

/** transformers 5 keeps the base in rope_parameters, earlier ones beside the rest. */
function rotaryBase(config: ConfigReader): number {
  return (
    config.section('rope_parameters')?.positive('rope_theta', config.positive('rope_theta', 10_000)) ??
    config.positive('rope_theta', 10_000)
  )
}
