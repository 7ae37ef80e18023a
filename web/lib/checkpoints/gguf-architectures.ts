/** The architectures of GGUF files that are read: their keys as a config of Hugging Face's, and their tensors' names. */

import type { TransformerConfig } from '../types/engine.js'
import { joinedIndex, rowsOf, type Place } from '../families/layouts.js'
import type { JsonObject } from '../formats/json.js'
import type { GgufMetadata } from './gguf-metadata.js'

/** What every architecture's config begins with. */
export interface GgufSizes {
  readonly width: number
  readonly heads: number
  readonly headWidth: number
  readonly layers: unknown
  /** Whether the file has a tensor of this name. */
  has(tensor: string): boolean
  /** A key of the architecture's. */
  get(key: string): unknown
}

type Names = readonly (readonly [huggingFace: string, gguf: string])[]

export interface GgufArchitecture {
  readonly modelType: string
  /** transformers' class. */
  readonly writes: string
  /** Keys that only this architecture has; any that is in no list is refused. */
  readonly keys: readonly string[]
  /** What stands before a layer's number in Hugging Face's names. */
  readonly layers: string
  /** Parts of a layer, and tensors outside layers with their ends. */
  readonly parts: Names
  readonly outside: Names
  /** Whether rows that rotary positions turn together lie side by side. */
  readonly inPairs?: boolean
  /** How many numbers of a head positions turn: all, unless the config says so. */
  readonly turnsPart?: boolean
  config(sizes: GgufSizes): JsonObject
  /** Where parameters lie, if not as Hugging Face has them; null: as the engine has them. */
  place?: ((parameter: string, shape: readonly number[], engine: TransformerConfig) => Place | undefined) | null
}

const llamaParts: Names = [
  ['self_attn.q_proj', 'attn_q'],
  ['self_attn.k_proj', 'attn_k'],
  ['self_attn.v_proj', 'attn_v'],
  ['self_attn.o_proj', 'attn_output'],
  ['input_layernorm', 'attn_norm'],
  ['post_attention_layernorm', 'ffn_norm'],
  ['mlp.gate_proj', 'ffn_gate'],
  ['mlp.up_proj', 'ffn_up'],
  ['mlp.down_proj', 'ffn_down']
]

const llamaOutside: Names = [
  ['model.embed_tokens.weight', 'token_embd.weight'],
  ['model.norm.weight', 'output_norm.weight'],
  ['lm_head.weight', 'output.weight']
]

/** The Llama form's keys, whose names all of its kin share. */
function llamaConfig({ width, heads, headWidth, layers, has, get }: GgufSizes): JsonObject {
  return {
    hidden_act: 'silu',
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: get('attention.head_count_kv') ?? heads,
    head_dim: headWidth,
    intermediate_size: get('feed_forward_length'),
    max_position_embeddings: get('context_length'),
    rms_norm_eps: get('attention.layer_norm_rms_epsilon'),
    rope_theta: get('rope.freq_base') ?? 10_000,
    tie_word_embeddings: !has('output.weight')
  }
}

const llamaKin = {
  keys: [],
  layers: 'model.layers',
  parts: llamaParts,
  outside: llamaOutside,
  config: llamaConfig
}

export const ggufArchitectures: Readonly<Record<string, GgufArchitecture>> = {
  llama: {
    ...llamaKin,
    modelType: 'llama',
    writes: 'LlamaForCausalLM',
    inPairs: true,
    config: (sizes) => ({
      ...llamaConfig(sizes),
      attention_bias: sizes.has('blk.0.attn_q.bias'),
      mlp_bias: sizes.has('blk.0.ffn_gate.bias')
    })
  },
  qwen2: { ...llamaKin, modelType: 'qwen2', writes: 'Qwen2ForCausalLM' },
  qwen3: {
    ...llamaKin,
    modelType: 'qwen3',
    writes: 'Qwen3ForCausalLM',
    parts: [...llamaParts, ['self_attn.q_norm', 'attn_q_norm'], ['self_attn.k_norm', 'attn_k_norm']]
  },
  gemma2: {
    ...llamaKin,
    modelType: 'gemma2',
    writes: 'Gemma2ForCausalLM',
    keys: ['attention.sliding_window', 'attn_logit_softcapping', 'final_logit_softcapping'],
    parts: [
      ...llamaParts.filter(([part]) => part !== 'post_attention_layernorm'),
      ['post_attention_layernorm', 'post_attention_norm'],
      ['pre_feedforward_layernorm', 'ffn_norm'],
      ['post_feedforward_layernorm', 'post_ffw_norm']
    ],
    config: (sizes) => ({
      ...llamaConfig(sizes),
      hidden_activation: 'gelu_pytorch_tanh',
      // Not in the file. llama.cpp tells the one size that scales scores by another width by its layers.
      query_pre_attn_scalar: sizes.layers === 46 ? sizes.width / sizes.heads : sizes.headWidth,
      // What is left out is as the family has it.
      sliding_window: sizes.get('attention.sliding_window'),
      attn_logit_softcapping: sizes.get('attn_logit_softcapping'),
      final_logit_softcapping: sizes.get('final_logit_softcapping')
    }),
    // Norms' weights have their one added.
    place: null
  },
  phi3: {
    ...llamaKin,
    modelType: 'phi3',
    writes: 'Phi3ForCausalLM',
    keys: ['attention.sliding_window', 'rope.scaling.original_context_length'],
    turnsPart: true,
    parts: [
      ...llamaParts.filter(([part]) => !/[qkv]_proj|mlp\.(gate|up)/.test(part)),
      ['self_attn.qkv_proj', 'attn_qkv'],
      ['mlp.gate_up_proj', 'ffn_up']
    ],
    config: (sizes) => ({
      ...llamaConfig(sizes),
      sliding_window: sizes.get('attention.sliding_window') ?? null,
      partial_rotary_factor: Number(sizes.get('rope.dimension_count') ?? sizes.headWidth) / sizes.headWidth
    })
  },
  gpt2: {
    modelType: 'gpt2',
    writes: 'GPT2LMHeadModel',
    keys: ['attention.layer_norm_epsilon'],
    layers: 'transformer.h',
    parts: [
      ['ln_1', 'attn_norm'],
      ['attn.c_attn', 'attn_qkv'],
      ['attn.c_proj', 'attn_output'],
      ['ln_2', 'ffn_norm'],
      ['mlp.c_fc', 'ffn_up'],
      ['mlp.c_proj', 'ffn_down']
    ],
    outside: [
      ['transformer.wte.weight', 'token_embd.weight'],
      ['transformer.wpe.weight', 'position_embd.weight'],
      ['transformer.ln_f.weight', 'output_norm.weight'],
      ['transformer.ln_f.bias', 'output_norm.bias'],
      ['lm_head.weight', 'output.weight']
    ],
    config: ({ width, heads, layers, has, get }) => ({
      activation_function: 'gelu_new',
      n_embd: width,
      n_layer: layers,
      n_head: heads,
      n_inner: get('feed_forward_length'),
      n_positions: get('context_length'),
      layer_norm_epsilon: get('attention.layer_norm_epsilon'),
      tie_word_embeddings: !has('output.weight')
    }),
    // Queries, keys and values are still in one, but no longer its transpose.
    place(parameter, shape) {
      const index = joinedIndex(parameter)
      const [rows = 0] = shape
      return index < 0 ? undefined : rowsOf(shape, index * rows, 3 * rows)
    }
  }
}

/** Keys that every architecture has, and what is said of the file. */
const commonKeys: readonly string[] = [
  'context_length',
  'embedding_length',
  'block_count',
  'feed_forward_length',
  'vocab_size',
  'attention.head_count',
  'attention.head_count_kv',
  'attention.key_length',
  'attention.value_length',
  'attention.layer_norm_rms_epsilon',
  'attention.causal',
  'rope.dimension_count',
  'rope.freq_base',
  'rope.scaling.type',
  'tensor_data_layout',
  'expert_count',
  'expert_used_count'
]

/** Throws 'unsupported' for a key of the model that could change its result and is not known here. */
export function checkKeys(metadata: GgufMetadata, name: string, { keys }: GgufArchitecture): void {
  const known = new Set([...commonKeys, ...keys].map((key) => `${name}.${key}`))
  for (const key of metadata.keys()) {
    if (key.startsWith(`${name}.`) && !known.has(key)) throw metadata.unsupported(key)
  }
}

/** A file's name of a tensor from Hugging Face's; one that is none of these stays as it is. */
export function ggufName({ layers, parts, outside }: GgufArchitecture, name: string): string {
  const whole = outside.find(([from]) => from === name)
  if (whole) return whole[1]
  const inLayer = name.startsWith(`${layers}.`) ? name.slice(layers.length + 1) : ''
  const [, layer, part, kind] = /^(\d+)\.(.+)\.(weight|bias)$/.exec(inLayer) ?? []
  const found = parts.find(([from]) => from === part)
  return found ? `blk.${layer}.${found[1]}.${kind}` : name
}

export function huggingFaceName({ layers, parts, outside }: GgufArchitecture, name: string): string {
  const whole = outside.find(([, to]) => to === name)
  if (whole) return whole[0]
  const [, layer, part, kind] = /^blk\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? []
  const found = parts.find(([, to]) => to === part)
  return found ? `${layers}.${layer}.${found[0]}.${kind}` : name
}
