/** Every pattern of a text and of what is written after it in the page's hands, beside the same work without any. */

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
