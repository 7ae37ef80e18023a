/** Prefill and decode of a small Llama form, with the same random weights on both sides. */

import type { Contest } from './contest.js'
import { engineDecode, enginePrefill, randomModel, type Text } from './engine.js'
import { peerDecode, peerPrefill } from './llama-peer.js'
import { loadEngine, loadPeer, type Variant } from './modules.js'
import { plainDecode } from './plain-llama.js'
import { Random } from './random.js'
import { llamaConfig } from './shapes.js'
import type { Held } from './weights.js'

const prefillLength = 256

/** With this prompt the middle of the stream is at position 256. */
const promptLength = 248
export const streamLength = 16

export const prefillIds = (vocabulary: number): number[] => new Random(vocabulary).integers(prefillLength, vocabulary)

export function decodeText(vocabulary: number): Text {
  const random = new Random(vocabulary)
  return { prompt: random.integers(promptLength, vocabulary), stream: random.integers(streamLength, vocabulary) }
}

/**
 * Logits are about 1 in size, and six layers whose sums run in another order stay well below this difference. In 8 bits
 * the two sides have equal weights but round activations differently: the engine to 7 bits in blocks, the peer to 8
 * bits in rows.
 */
export const agreement = { f32: { tolerance: 2e-4 }, int8: { tolerance: 0.3, signal: 10 } } as const

export async function prefillContest(variant: Variant, vocabulary: number, held: Held): Promise<Contest> {
  const config = llamaConfig(vocabulary)
  const ids = prefillIds(vocabulary)
  const { model, weights } = randomModel(await loadEngine(variant), config, held)
  return {
    ours: enginePrefill(model, ids),
    peer: await peerPrefill(await loadPeer(), config, weights, held, ids),
    ...agreement[held]
  }
}

export async function decodeContest(variant: Variant, vocabulary: number, held: Held): Promise<Contest> {
  const { config, text, model, weights } = await decoding(variant, vocabulary, held)
  return {
    ours: engineDecode(model, text),
    peer: await peerDecode(await loadPeer(), config, weights, held, text),
    units: streamLength,
    ...agreement[held]
  }
}

/** Creates the same row with a plain loop as the other side. */
export async function plainContest(variant: Variant, vocabulary: number): Promise<Contest> {
  const { config, text, model, weights } = await decoding(variant, vocabulary, 'f32')
  return {
    ours: engineDecode(model, text),
    peer: await plainDecode(variant, config, weights, text),
    units: streamLength,
    ...agreement.f32
  }
}

export async function decoding(variant: Variant, vocabulary: number, held: Held) {
  const config = llamaConfig(vocabulary)
  return { config, text: decodeText(vocabulary), ...randomModel(await loadEngine(variant), config, held) }
}
