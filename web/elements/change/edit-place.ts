/** Which layer an edit's name is about, for the sentence that describes the edit. */
import { parseTraceName, type Part } from 'attenscope'

/** The layer as the name writes it, '1' or '*' for all, or none; and its stack, 'decoder' for a model's only one. */
export function placeIn(at: string): { readonly part: Part; readonly layer: string | undefined } {
  const { part, layer, site } = parseTraceName(at) ?? {}
  return {
    part: site === 'cross' ? 'cross' : part === 'encoder' ? 'encoder' : 'decoder',
    layer: layer === undefined ? undefined : String(layer)
  }
}
