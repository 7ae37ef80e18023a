/** minGPT's model that sorts letters, as a GPT-2 checkpoint, compared with its recorded activations. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { writeSafetensors, type WrittenTensor } from '../../web/lib/formats/safetensors.js'
import { emptyFolder, sharedFolder } from './support/folders.js'
import { largestDifference } from './support/golden-file.js'

const tolerance = 1e-4
type Stored = Readonly<Record<string, { shape: number[]; data: string }>>

const read = async (name: string) =>
  JSON.parse(await readFile(join(sharedFolder ?? '', 'weights/gpt-nano-sort', name), 'utf8')) as Stored
const bytesOf = (tensor: { data: string } | undefined) =>
  Uint8Array.from(Buffer.from(tensor?.data ?? '', 'base64')).buffer

/** Transposes (out, in) to (in, out): a Linear of minGPT is a Conv1D in GPT-2's checkpoints. */
function transpose(
  data: Float32Array<ArrayBuffer>,
  [rows = 0, columns = 0]: readonly number[]
): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: data.length }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)] ?? NaN)
}

/** Writes minGPT's JSON as a Hugging Face folder. */
async function writeFolder(): Promise<string> {
  const { config, ...stored } = await read('gpt-nano-sort-model.json')
  const { n_layer, n_head, n_embd, vocab_size, block_size } = config as unknown as Record<string, number>
  const tensors = new Map<string, WrittenTensor>()
  for (const [name, tensor] of Object.entries(stored)) {
    if (name.endsWith('.attn.bias')) continue
    const data = new Float32Array(bytesOf(tensor))
    const isLinear = /\.(c_attn|c_proj|c_fc)\.weight$/.test(name)
    const shape = isLinear ? [...tensor.shape].reverse() : tensor.shape
    tensors.set(name, { data: isLinear ? transpose(data, tensor.shape) : data, shape })
  }
  const folder = await emptyFolder()
  const sizes = { n_layer, n_head, n_embd, vocab_size, n_positions: block_size }
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({ model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], tie_word_embeddings: false, ...sizes })
  )
  const parts = writeSafetensors(tensors, { format: 'pt' })
  await writeFile(join(folder, 'model.safetensors'), new Uint8Array(await new Blob(parts).arrayBuffer()))
  return folder
}

if (!sharedFolder) console.log('skipped: gpt-nano-sort, because ATTENSCOPE_SHARED is not set')
describe.skipIf(!sharedFolder)('gpt-nano-sort', () => {
  it('equals the recorded activations, stage by stage', async () => {
    const recorded = await read('gpt-nano-sort-t0-partials.json')
    const model = await loadModel(await writeFolder())
    const [texts = 0, T = 0] = recorded['idx']?.shape ?? []
    const ids = Array.from(new Float32Array(bytesOf(recorded['idx'])))
    expect([texts, T]).toEqual([3, 11])
    // By our names. Inside blocks, only the first block was recorded.
    const names: Readonly<Record<string, string>> = {
      x: 'embedding',
      q: 'blocks.0.attn.q',
      k: 'blocks.0.attn.k',
      v: 'blocks.0.attn.v',
      attSm: 'blocks.0.attn.pattern',
      yProj: 'blocks.0.attn.output',
      mlp: 'blocks.0.feed_forward.output',
      block0: 'blocks.0.residual',
      block1: 'blocks.1.residual',
      block2: 'blocks.2.residual',
      ln_f: 'final_norm'
    }
    for (let text = 0; text < texts; ++text) {
      const run = await model.run({ ids: ids.slice(text * T, (text + 1) * T) }, { logits: 'all' })
      const of = (key: string) => {
        const all = new Float32Array(bytesOf(recorded[key]))
        const size = all.length / texts
        return all.slice(text * size, (text + 1) * size)
      }
      const differences: Record<string, number> = {}
      for (const [key, name] of Object.entries(names)) {
        differences[key] = largestDifference((await run.trace.compute(name)).data, of(key))
      }
      differences['lm_head'] = largestDifference(run.logits.data, of('lm_head'))
      expect(Object.entries(differences).filter(([, difference]) => !(difference <= tolerance))).toEqual([])
      await run.dispose()
    }
    await model.dispose()
  })
})
