/** The supported GGUF architectures: how their metadata becomes a Hugging Face config, and how their tensors are named. */

import type { TransformerConfig } from '../types/engine.js'
import { joinedIndex, rowsOf, type StoredLayout } from '../families/layouts.js'
import type { JsonObject } from '../formats/json.js'
import type { GgufMetadata } from './gguf-metadata.js'

/** The sizes that every architecture has, and access to the rest of the file's metadata. */
export interface GgufSizes {
  readonly width: number
  readonly heads: number
  readonly headWidth: number
  readonly layers: unknown
  /** Whether the file has a tensor of this name. */
  has(tensor: string): boolean
  /** The value of a metadata key, given without the architecture's prefix. */
  get(key: string): unknown
}

type Names = readonly (readonly [huggingFace: string, gguf: string])[]

/** How one GGUF architecture maps to a family. */
export interface GgufArchitecture {
  readonly modelType: string
  /** The name of the class in transformers, for the config's `architectures`. */
  readonly writes: string
  /** Metadata keys that this architecture has beyond the common keys. A key in neither list is refused. */
  readonly keys: readonly string[]
  /** The prefix of a layer's number in Hugging Face's names, such as 'model.layers'. */
  readonly layers: string
  /** Names of a layer's parts, without '.weight' or '.bias'. */
  readonly parts: Names
  /** Full names of the tensors that belong to no layer. */
  readonly outside: Names
  /** Whether the two rows that rotary positions rotate together are neighbours in the file. */
  readonly inPairs?: boolean
  /** Whether rotary positions may rotate only a part of each head. */
  readonly rotatesPart?: boolean
  config(sizes: GgufSizes): JsonObject
  /** The layout of parameters whose layout differs from Hugging Face's; null when every layout is the engine's. */
  storedLayout?:
    ((parameter: string, shape: readonly number[], engine: TransformerConfig) => StoredLayout | undefined) | null
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

/** The config of the Llama form, which the families derived from Llama share. */
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

/** The supported architectures, keyed by `general.architecture`. */
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
      // The file does not store this number. The model with 46 layers (27B) is the only one that scales scores by
      // another width than the head's; llama.cpp recognises it by its layers too.
      query_pre_attn_scalar: sizes.layers === 46 ? sizes.width / sizes.heads : sizes.headWidth,
      // An absent key takes the family's default.
      sliding_window: sizes.get('attention.sliding_window'),
      attn_logit_softcapping: sizes.get('attn_logit_softcapping'),
      final_logit_softcapping: sizes.get('final_logit_softcapping')
    }),
    // Norm weights are stored with 1 already added.
    storedLayout: null
  },
  phi3: {
    ...llamaKin,
    modelType: 'phi3',
    writes: 'Phi3ForCausalLM',
    keys: ['attention.sliding_window', 'rope.scaling.original_context_length'],
    rotatesPart: true,
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
    // Query, key and value weights are joined in one tensor, which is not transposed as Hugging Face's is.
    storedLayout(parameter, shape) {
      const index = joinedIndex(parameter)
      const [rows = 0] = shape
      return index < 0 ? undefined : rowsOf(shape, index * rows, 3 * rows)
    }
  }
}

/** Metadata keys that every architecture may have. */
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

/** Throws 'unsupported' for an unknown key of the architecture, because it could change the model's result. */
export function checkKeys(metadata: GgufMetadata, name: string, { keys }: GgufArchitecture): void {
  const known = new Set([...commonKeys, ...keys].map((key) => `${name}.${key}`))
  for (const key of metadata.keys()) {
    if (key.startsWith(`${name}.`) && !known.has(key)) throw metadata.unsupported(key)
  }
}

/** The GGUF name of a tensor, from its Hugging Face name. An unknown name is returned unchanged. */
export function ggufName({ layers, parts, outside }: GgufArchitecture, name: string): string {
  const whole = outside.find(([from]) => from === name)
  if (whole) return whole[1]
  const inLayer = name.startsWith(`${layers}.`) ? name.slice(layers.length + 1) : ''
  const [, layer, part, kind] = /^(\d+)\.(.+)\.(weight|bias)$/.exec(inLayer) ?? []
  const found = parts.find(([from]) => from === part)
  return found ? `blk.${layer}.${found[1]}.${kind}` : name
}

/** The Hugging Face name of a tensor, from its GGUF name. An unknown name is returned unchanged. */
export function huggingFaceName({ layers, parts, outside }: GgufArchitecture, name: string): string {
  const whole = outside.find(([, to]) => to === name)
  if (whole) return whole[0]
  const [, layer, part, kind] = /^blk\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? []
  const found = parts.find(([, to]) => to === part)
  return found ? `${layers}.${layer}.${found[0]}.${kind}` : name
}
