/** How a writer draws its next token: the temperature and top-k of now, and the logits after any word of the text. */
import type { Drawing } from '../base/selection.js'
import type { TextWriter } from './text-writer.js'

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
    tokens: async (ids) => (await writer.model?.tokens(ids)) ?? []
  }
}
