/** How a writer draws its next token: the temperature and top-k of now, and the logits after any word of the text. */
import type { Model, Token } from 'attenscope'
import type { Drawing } from '../base/selection.js'
import type { TextWriter } from './text-writer.js'

/** The names of a small vocabulary are asked at once, so that they never wait for the engine between two words. */
const SMALL_VOCABULARY = 10_000

const known = new WeakMap<Model, Map<number, Token>>()

export function drawingOf(
  writer: TextWriter,
  settings: { readonly temperature: number; readonly topK: number }
): Drawing {
  return {
    get temperature() {
      return settings.temperature
    },
    get topK() {
      return settings.topK
    },
    get isDrawing() {
      return writer.state === 'writing'
    },
    logits: (count) => writer.logitsAfter(count),
    tokens: async (ids) => (writer.model ? tokensOf(writer.model, ids) : [])
  }
}

async function tokensOf(model: Model, ids: readonly number[]): Promise<readonly Token[]> {
  let names = known.get(model)
  if (!names) known.set(model, (names = new Map()))
  const missing = ids.filter((id) => !names.has(id))
  if (missing.length > 0) {
    const { V } = model.info
    const asked = names.size === 0 && V <= SMALL_VOCABULARY ? Array.from({ length: V }, (_, id) => id) : missing
    for (const token of await model.tokens(asked)) names.set(token.id, token)
  }
  return ids.flatMap((id) => names.get(id) ?? [])
}
