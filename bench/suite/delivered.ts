/** Every pattern of a text and of what is written after it in the page's hands, beside the same work without any. */

import { writeSafetensors } from '../../web/lib/formats/safetensors.js'
import type { Contest, Side } from './contest.js'
import { loadPackage } from './modules.js'
import { Random } from './random.js'
import { llamaConfig } from './shapes.js'
import { randomWeights } from './weights.js'

const prompt = 256
const written = 16

export async function deliveredContest(): Promise<Contest> {
  const { loadModel } = await loadPackage()
  const model = await loadModel(checkpoint())
  const ids = new Random(prompt).integers(prompt, model.info.V)
  const side = (capture: string[]): Side => ({
    run: async () => {
      // What arrives is added up, so that it has arrived, and from a few numbers of each, so that adding costs nothing.
      let patterns = 0
      let logits = new Float32Array(0)
      const generation = model.generate({ ids }, { maxNewTokens: written, temperature: 0, capture })
      for await (const step of generation) {
        logits = Float32Array.from(step.logits.data)
        for (const name of step.trace.names().filter((each) => capture.length > 0 && each.endsWith('.pattern'))) {
          patterns += step.trace.get(name).data[0]!
        }
      }
      if (capture.length > 0 && !(patterns > 0)) throw new Error('no pattern arrived')
      return logits
    }
  })
  return { ours: side(['pattern']), peer: side([]), tolerance: 0, ceiling: 1.05 }
}

/** The Llama form of the other rows as a folder of files. */
function checkpoint(): File[] {
  const { layers, width, heads, feedForwardWidth, vocabulary, context, normEpsilon } = llamaConfig(4096)
  const config = {
    model_type: 'llama',
    hidden_size: width,
    intermediate_size: feedForwardWidth,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    vocab_size: vocabulary,
    max_position_embeddings: context,
    rms_norm_eps: normEpsilon,
    tie_word_embeddings: false
  }
  const square = [width, width]
  const shapes = new Map<string, readonly number[]>([
    ['model.embed_tokens.weight', [vocabulary, width]],
    ['model.norm.weight', [width]],
    ['lm_head.weight', [vocabulary, width]]
  ])
  for (let layer = 0; layer < layers; layer++) {
    const block = `model.layers.${layer}.`
    for (const norm of ['input_layernorm', 'post_attention_layernorm']) shapes.set(`${block}${norm}.weight`, [width])
    for (const part of ['q', 'k', 'v', 'o']) shapes.set(`${block}self_attn.${part}_proj.weight`, square)
    for (const part of ['gate', 'up']) shapes.set(`${block}mlp.${part}_proj.weight`, [feedForwardWidth, width])
    shapes.set(`${block}mlp.down_proj.weight`, [width, feedForwardWidth])
  }
  return [
    new File([JSON.stringify(config)], 'config.json'),
    new File(writeSafetensors(randomWeights(shapes), {}), 'model.safetensors')
  ]
}
