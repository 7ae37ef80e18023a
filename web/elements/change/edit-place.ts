/** Where an edit is made, as its name says. */
import type { Part } from 'attenscope'

/** Whose attention a name is about. */
export function partOf(at: string): Part {
  return at.includes('.cross') ? 'cross' : at.startsWith('encoder.') ? 'encoder' : 'decoder'
}

/** The part, and the layer as it is written: '1', '*' for all, or none. */
export function placeIn(at: string): { readonly part: Part; readonly layer: string | undefined } {
  return { part: partOf(at), layer: /blocks\.([^.]+)/.exec(at)?.[1] }
}
