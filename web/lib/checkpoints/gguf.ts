/** A checkpoint in one GGUF file: its metadata as a config and a tokenizer of Hugging Face's kind. */

import { AttenscopeError } from '../errors.js'
import { familyOf } from '../families/index.js'
import { readGgufHeader, type GgufHeader } from '../formats/gguf.js'
import type { JsonObject } from '../formats/json.js'
import { readTensor, type TensorEntry } from '../formats/tensors.js'
import type { FolderReader } from '../sources/folder.js'
import { createChatTemplate } from '../tokenizer/chat-template.js'
import { ggufTokenizer } from '../tokenizer/from-gguf.js'
import { Tokenizer } from '../tokenizer/tokenizer.js'
import type { Checkpoint } from './checkpoint.js'
import { GgufMetadata } from './gguf-metadata.js'

export async function openGguf(folder: FolderReader, file: string): Promise<Checkpoint> {
  const header = await folder.read(file, (reader, size) => readGgufHeader(reader, file, size))
  if (!header) throw folder.missing(file)
  const names = new Set(header.tensors.map(({ name }) => name))
  const metadata = new GgufMetadata(header.metadata, file)
  const config = configOf(metadata, header.tensors)
  const family = familyOf(config)
  const headWidth = config['head_dim'] as number
  const tensors = header.tensors.map((tensor) => inPairs(tensor, headWidth))
  return {
    config,
    family,
    quantization: undefined,
    generationConfig: {
      bos_token_id: metadata.get('tokenizer.ggml.bos_token_id'),
      eos_token_id: metadata.get('tokenizer.ggml.eos_token_id')
    },
    plan(tensorNames) {
      const plan = family.plan(config, new Set([...tensorNames].map(huggingFaceName)))
      return {
        ...plan,
        tensorName: (parameter) => ggufName(plan.tensorName(parameter)),
        mayIgnore: (name) => huggingFaceName(name) !== name && plan.mayIgnore(huggingFaceName(name))
      }
    },
    readTokenizers: async () => {
      const tokenizer = ggufTokenizer(metadata, file)
      if (!tokenizer) return undefined
      const { config: settings, chatTemplate } = tokenizer
      return {
        source: new Tokenizer(tokenizer.tokenizer, settings, file),
        openChat: async () => (chatTemplate === undefined ? undefined : createChatTemplate(chatTemplate, settings))
      }
    },
    readTensorList: async () => tensors.map((tensor) => ({ tensor, file })),
    async readWeights(createSink) {
      await folder.read(
        file,
        async (reader, size) => {
          checkSame(header, await readGgufHeader(reader, file, size), file)
          const sink = createSink(names)
          let at = 0
          for (const tensor of tensors) {
            await reader.skip(tensor.begin - at)
            await readTensor(reader, tensor, file, sink.begin(tensor, file))
            at = tensor.end
          }
        },
        (size) => size
      )
    }
  }
}

/** Keys of a Llama's metadata that this file, the family or nobody needs; any other could change the result. */
const known = new Set([
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
])

/** As transformers writes it for the same model. */
function configOf(metadata: GgufMetadata, tensors: readonly TensorEntry[]): JsonObject {
  const architecture = metadata.text('general.architecture')
  if (architecture !== 'llama') {
    throw new AttenscopeError(
      'unsupported',
      `${metadata.file}: general.architecture is ${String(architecture)}; supported: llama`
    )
  }
  const get = (key: string) => metadata.get(`llama.${key}`)
  const accept = (key: string, ...honoured: readonly unknown[]) => {
    const value = get(key)
    if (value === undefined || honoured.includes(value)) return
    throw new AttenscopeError(
      'unsupported',
      `${metadata.file}: 'llama.${key}' is ${String(value)}; supported: ${honoured.join(', ')}`
    )
  }
  for (const key of metadata.keys()) {
    if (!key.startsWith('llama.') || known.has(key.slice('llama.'.length))) continue
    throw new AttenscopeError(
      'unsupported',
      `${metadata.file}: '${key}' is ${String(metadata.get(key))}, which is not honoured`
    )
  }
  accept('expert_count', 0)
  accept('expert_used_count', 0)
  accept('attention.causal', true)
  accept('rope.scaling.type', 'none')
  const width = get('embedding_length')
  const heads = get('attention.head_count')
  const headWidth =
    get('attention.key_length') ?? (typeof width === 'number' && typeof heads === 'number' ? width / heads : 0)
  if (typeof headWidth !== 'number' || !Number.isInteger(headWidth) || headWidth < 2 || headWidth % 2 !== 0) {
    throw metadata.bad(
      `llama.attention.${get('attention.key_length') === undefined ? 'head_count' : 'key_length'}`,
      'heads of an even width'
    )
  }
  accept('attention.value_length', headWidth)
  accept('rope.dimension_count', headWidth)
  const find = (name: string) => tensors.find((tensor) => tensor.name === name)
  const embedding = find('token_embd.weight')
  return {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    hidden_act: 'silu',
    hidden_size: width,
    num_hidden_layers: get('block_count'),
    num_attention_heads: heads,
    num_key_value_heads: get('attention.head_count_kv') ?? heads,
    head_dim: headWidth,
    intermediate_size: get('feed_forward_length'),
    max_position_embeddings: get('context_length'),
    rms_norm_eps: get('attention.layer_norm_rms_epsilon'),
    rope_theta: get('rope.freq_base') ?? 10_000,
    vocab_size: embedding?.shape[0] ?? get('vocab_size'),
    attention_bias: find('blk.0.attn_q.bias') !== undefined,
    mlp_bias: find('blk.0.ffn_gate.bias') !== undefined,
    tie_word_embeddings: find('output.weight') === undefined,
    bos_token_id: metadata.get('tokenizer.ggml.bos_token_id'),
    eos_token_id: metadata.get('tokenizer.ggml.eos_token_id')
  }
}

const parts: readonly (readonly [huggingFace: string, gguf: string])[] = [
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

const outside: readonly (readonly [huggingFace: string, gguf: string])[] = [
  ['model.embed_tokens.weight', 'token_embd.weight'],
  ['model.norm.weight', 'output_norm.weight'],
  ['lm_head.weight', 'output.weight']
]

/** A name that is none of these stays as it is. */
function ggufName(name: string): string {
  const whole = outside.find(([from]) => from === name)
  if (whole) return whole[1]
  const [, layer, part, kind] = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? []
  const found = parts.find(([from]) => from === part)
  return found ? `blk.${layer}.${found[1]}.${kind}` : name
}

function huggingFaceName(name: string): string {
  const whole = outside.find(([, to]) => to === name)
  if (whole) return whole[0]
  const [, layer, part, kind] = /^blk\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? []
  const found = parts.find(([, to]) => to === part)
  return found ? `model.layers.${layer}.${found[0]}.${kind}` : name
}

/** Rows that rotary positions turn together lie side by side in GGUF's Llamas. */
function inPairs(tensor: TensorEntry, headWidth: number): TensorEntry {
  const rows = tensor.shape[0] ?? 0
  const isRotated = /^blk\.\d+\.attn_[qk]\.(weight|bias)$/.test(tensor.name) && rows % headWidth === 0
  return isRotated ? { ...tensor, pairedHeadWidth: headWidth } : tensor
}

/** The file is opened twice: once for what it says, once for its weights. */
function checkSame(before: GgufHeader, now: GgufHeader, file: string): void {
  const describe = ({ dataStart, tensors }: GgufHeader) => JSON.stringify([dataStart, tensors])
  if (describe(before) !== describe(now))
    throw new AttenscopeError('bad-model', `${file}: it changed while it was read`)
}
