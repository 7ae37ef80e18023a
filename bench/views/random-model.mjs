// A model of many heads with seeded weights: Llama's form, the story teller's tokenizer.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/paths.mjs'

export const size = { layers: 12, heads: 12, headWidth: 16, hidden: 256 }

const stories = join(root, 'models/stories')

/** (name, shape) of every parameter. */
function shapes(vocabulary) {
  const { layers, heads, headWidth, hidden } = size
  const width = heads * headWidth
  const blocks = Array.from({ length: layers }, (_, layer) =>
    [
      ...['q', 'k', 'v', 'o'].map((name) => [`self_attn.${name}_proj`, [width, width]]),
      ...['gate', 'up'].map((name) => [`mlp.${name}_proj`, [hidden, width]]),
      ['mlp.down_proj', [width, hidden]],
      ['input_layernorm', [width]],
      ['post_attention_layernorm', [width]]
    ].map(([name, shape]) => [`model.layers.${layer}.${name}.weight`, shape])
  )
  return [['model.embed_tokens.weight', [vocabulary, width]], ['model.norm.weight', [width]], ...blocks.flat()]
}

/** Writes the model as a Hugging Face folder. */
export function writeRandomModel(folder) {
  const { vocab_size: vocabulary } = JSON.parse(readFileSync(join(stories, 'config.json'), 'utf8'))
  const { layers, heads, headWidth, hidden } = size
  let seed = 1
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) | 0) / 2 ** 31
  const header = {}
  const parts = []
  let offset = 0
  for (const [name, shape] of shapes(vocabulary)) {
    const count = shape.reduce((product, extent) => product * extent, 1)
    const scale = 3 / Math.sqrt(shape.at(-1))
    const numbers = Float32Array.from({ length: count }, () => (shape.length === 1 ? 1 : scale * random()))
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += 4 * count)] }
    parts.push(Buffer.from(numbers.buffer))
  }
  const text = Buffer.from(JSON.stringify(header))
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(BigInt(text.length))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([start, text, ...parts]))
  const config = {
    ...{ model_type: 'llama', architectures: ['LlamaForCausalLM'], vocab_size: vocabulary, hidden_act: 'silu' },
    ...{ hidden_size: heads * headWidth, intermediate_size: hidden, num_hidden_layers: layers },
    ...{ num_attention_heads: heads, num_key_value_heads: heads, max_position_embeddings: 2048 },
    ...{ rms_norm_eps: 1e-5, rope_theta: 10000, tie_word_embeddings: true }
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) copyFileSync(join(stories, file), join(folder, file))
}
