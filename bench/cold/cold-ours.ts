/** A cold page that produces its first token with the package. */

import { loadPackage } from '../suite/modules.js'
import { report } from './first-token.js'
import { firstId } from './task.js'

const { loadModel } = await loadPackage()
const model = await loadModel(new URL('cold/ours/', import.meta.url), { cache: false })
for await (const step of model.generate({ ids: [firstId] }, { maxNewTokens: 1, temperature: 0 })) {
  report(Float32Array.from(step.logits.data))
}
