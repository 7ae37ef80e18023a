/** Two threads compared with one: the same model, the same work and the same bits. */

import type { MainModule, Model } from '../../web/lib/generated/attenscope-module.js'
import type { Contest, Side } from './contest.js'
import { engineDecode, enginePrefill, randomModel } from './engine.js'
import { decodeText, prefillIds } from './llama.js'
import { loadEngine, loadThreads } from './modules.js'
import { llamaConfig } from './shapes.js'

const vocabulary = 4096

async function contest(sideOf: (model: Model) => Side, units = 1): Promise<Contest> {
  const side = (engine: MainModule) => sideOf(randomModel(engine, llamaConfig(vocabulary), 'f32').model)
  return { ours: side(await loadThreads(2)), peer: side(await loadEngine('relaxed')), units, tolerance: 0 }
}

export function threadedPrefill(): Promise<Contest> {
  const ids = prefillIds(vocabulary)
  return contest((model) => enginePrefill(model, ids))
}

export function threadedDecode(): Promise<Contest> {
  const text = decodeText(vocabulary)
  return contest((model) => engineDecode(model, text), text.stream.length)
}
