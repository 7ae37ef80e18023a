/**
 * Delivers every pattern of a prompt and of the generated text to the page, compared with the same work without
 * patterns.
 */

import type { Contest, Side } from './contest.js'
import { llamaCheckpoint } from './llama-checkpoint.js'
import { loadPackage } from './modules.js'
import { Random } from './random.js'
import { llamaConfig } from './shapes.js'

const prompt = 256
const written = 16

export async function deliveredContest(): Promise<Contest> {
  const { loadModel } = await loadPackage()
  const model = await loadModel(llamaCheckpoint(llamaConfig(4096), 'f32').files)
  const ids = new Random(prompt).integers(prompt, model.info.V)
  const side = (capture: string[]): Side => ({
    run: async () => {
      // The sum makes sure that the patterns arrived. It uses only a few numbers of each pattern, so that summing costs
      // nothing.
      let patterns = 0
      let logits = new Float32Array(0)
      const generation = model.generate({ ids }, { maxNewTokens: written, temperature: 0, capture })
      for await (const step of generation) {
        logits = Float32Array.from(step.logits.data)
        for (const name of step.trace.names().filter((each) => capture.length > 0 && each.endsWith('.pattern'))) {
          patterns += step.trace.get(name).data[0]!
        }
      }
      if (capture.length > 0 && !(patterns > 0)) throw new Error('no pattern was delivered')
      return logits
    }
  })
  return { ours: side(['pattern']), peer: side([]), tolerance: 0, ceiling: 1.05 }
}
