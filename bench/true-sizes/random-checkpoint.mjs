// Writes checkpoints with random weights in the form of Hugging Face: a config and sharded safetensors, in real sizes.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const bytesPerNumber = { F32: 4, BF16: 2 }
const chunkNumbers = 1 << 20

/**
 * Writes config.json, the shards and their index into `folder`. `tensors` is a list of [name, shape]. The weights of
 * norms are one; all others are uniform in ± spread(shape) and equal in each run. Returns { parameters, storedBytes,
 * largestShard }.
 */
export function writeRandomCheckpoint(
  folder,
  { config, tensors },
  { dtype = 'F32', shardBytes = 200e6, spread = () => 0.05 } = {}
) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  const shards = inShards(tensors, dtype, shardBytes)
  const draw = drawer()
  const weightMap = {}
  shards.forEach((shard, i) => {
    const file = `model-${String(i + 1).padStart(5, '0')}-of-${String(shards.length).padStart(5, '0')}.safetensors`
    writeShard(join(folder, file), shard, dtype, (shape) => spread(shape) * draw())
    for (const { name } of shard) weightMap[name] = file
  })
  const sizes = shards.map((shard) => shard.reduce((total, { bytes }) => total + bytes, 0))
  const storedBytes = sizes.reduce((total, size) => total + size, 0)
  const index = { metadata: { total_size: storedBytes }, weight_map: weightMap }
  writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify(index))
  return { parameters: storedBytes / bytesPerNumber[dtype], storedBytes, largestShard: Math.max(...sizes) }
}

function inShards(tensors, dtype, shardBytes) {
  const shards = [[]]
  let size = 0
  for (const [name, shape] of tensors) {
    const bytes = shape.reduce((product, extent) => product * extent, bytesPerNumber[dtype])
    if (size > 0 && size + bytes > shardBytes) {
      shards.push([])
      size = 0
    }
    shards.at(-1).push({ name, shape, bytes })
    size += bytes
  }
  return shards
}

function writeShard(path, shard, dtype, draw) {
  const header = {}
  let offset = 0
  for (const { name, shape, bytes } of shard) header[name] = { dtype, shape, data_offsets: [offset, (offset += bytes)] }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  const file = openSync(path, 'w')
  writeSync(file, length)
  writeSync(file, text)
  for (const { name, shape, bytes } of shard) {
    let left = bytes / bytesPerNumber[dtype]
    while (left > 0) {
      const count = Math.min(left, chunkNumbers)
      const isNorm = /(norm|ln_\w)\.weight$/.test(name)
      const numbers = Float32Array.from({ length: count }, isNorm ? () => 1 : () => draw(shape))
      writeSync(file, dtype === 'F32' ? numbers : upperHalves(numbers))
      left -= count
    }
  }
  closeSync(file)
}

/** Returns the upper halves of float32 numbers, which are BF16. */
function upperHalves(numbers) {
  const all = new Uint16Array(numbers.buffer)
  const halves = new Uint16Array(numbers.length)
  for (let i = 0; i < halves.length; ++i) halves[i] = all[2 * i + 1]
  return halves
}

/** Returns a generator of numbers in [−1, 1). */
function drawer() {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
}

const inLayers = (count, prefix, parts) =>
  Array.from({ length: count }, (_, i) => parts.map(([name, shape]) => [`${prefix}.${i}.${name}`, shape])).flat()

const linear = (name, out, width) => [
  [`${name}.weight`, [out, width]],
  [`${name}.bias`, [out]]
]

const norm = (name, width) => [
  [`${name}.weight`, [width]],
  [`${name}.bias`, [width]]
]

/** The form of GPT-2 (Radford et al. 2019), by default in its smallest size. Projections are stored transposed. */
export function gpt2Form({ layers = 12, width = 768, heads = 12, vocabulary = 50257, context = 1024 } = {}) {
  const config = {
    model_type: 'gpt2',
    architectures: ['GPT2LMHeadModel'],
    activation_function: 'gelu_new',
    layer_norm_epsilon: 1e-5,
    ...{ n_layer: layers, n_embd: width, n_head: heads, n_positions: context, vocab_size: vocabulary }
  }
  const transposed = (name, out, from) => [
    [`${name}.weight`, [from, out]],
    [`${name}.bias`, [out]]
  ]
  const tensors = [
    ['wte.weight', [vocabulary, width]],
    ['wpe.weight', [context, width]],
    ...inLayers(layers, 'h', [
      ...norm('ln_1', width),
      ...transposed('attn.c_attn', 3 * width, width),
      ...transposed('attn.c_proj', width, width),
      ...norm('ln_2', width),
      ...transposed('mlp.c_fc', 4 * width, width),
      ...transposed('mlp.c_proj', width, 4 * width)
    ]),
    ...norm('ln_f', width)
  ]
  return { config, tensors }
}

/** The form of Llama, by default in the size of SmolLM2 360M. */
export function llamaForm(sizes = {}) {
  const { layers, width, heads, keyValueHeads, feedForward, vocabulary, context } = {
    ...{ layers: 32, width: 960, heads: 15, keyValueHeads: 5, feedForward: 2560, vocabulary: 49152, context: 2048 },
    ...sizes
  }
  const keyWidth = (width / heads) * keyValueHeads
  const config = {
    model_type: 'llama',
    architectures: ['LlamaForCausalLM'],
    hidden_act: 'silu',
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    tie_word_embeddings: true,
    ...{ num_hidden_layers: layers, hidden_size: width, num_attention_heads: heads },
    ...{ num_key_value_heads: keyValueHeads, intermediate_size: feedForward },
    ...{ vocab_size: vocabulary, max_position_embeddings: context }
  }
  const tensors = [
    ['model.embed_tokens.weight', [vocabulary, width]],
    ...inLayers(layers, 'model.layers', [
      ['input_layernorm.weight', [width]],
      ['self_attn.q_proj.weight', [width, width]],
      ['self_attn.k_proj.weight', [keyWidth, width]],
      ['self_attn.v_proj.weight', [keyWidth, width]],
      ['self_attn.o_proj.weight', [width, width]],
      ['post_attention_layernorm.weight', [width]],
      ['mlp.gate_proj.weight', [feedForward, width]],
      ['mlp.up_proj.weight', [feedForward, width]],
      ['mlp.down_proj.weight', [width, feedForward]]
    ]),
    ['model.norm.weight', [width]]
  ]
  return { config, tensors }
}

/** The form of Marian (Junczys-Dowmunt et al. 2018), by default in the size of OPUS-MT from English to Chinese. */
export function marianForm({ layers = 6, width = 512, heads = 8, feedForward = 2048, vocabulary = 65001 } = {}) {
  const config = {
    model_type: 'marian',
    architectures: ['MarianMTModel'],
    activation_function: 'swish',
    scale_embedding: true,
    static_position_embeddings: true,
    ...{ d_model: width, encoder_layers: layers, decoder_layers: layers, vocab_size: vocabulary },
    ...{ encoder_attention_heads: heads, decoder_attention_heads: heads },
    ...{ encoder_ffn_dim: feedForward, decoder_ffn_dim: feedForward, max_position_embeddings: 512 },
    ...{ pad_token_id: vocabulary - 1, decoder_start_token_id: vocabulary - 1, eos_token_id: 0 }
  }
  const attention = (name) => [
    ...['q_proj', 'k_proj', 'v_proj', 'out_proj'].flatMap((part) => linear(`${name}.${part}`, width, width)),
    ...norm(`${name}_layer_norm`, width)
  ]
  const rest = [
    ...linear('fc1', feedForward, width),
    ...linear('fc2', width, feedForward),
    ...norm('final_layer_norm', width)
  ]
  const tensors = [
    ['model.shared.weight', [vocabulary, width]],
    ['final_logits_bias', [1, vocabulary]],
    ...inLayers(layers, 'model.encoder.layers', [...attention('self_attn'), ...rest]),
    ...inLayers(layers, 'model.decoder.layers', [...attention('self_attn'), ...attention('encoder_attn'), ...rest])
  ]
  return { config, tensors }
}
