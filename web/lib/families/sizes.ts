/** How large the sizes in a config.json may be: beyond these it is a mistake or an attack, not a model for a page. */

export const maxLayers = 1024
export const maxHeads = 1024
export const maxWidth = 1 << 16
export const maxFeedForwardWidth = 1 << 18
export const maxVocabulary = 1 << 22
export const maxContext = 1 << 24
/** The longest text of models whose positions are distances alone, and set no limit. */
export const relativeContext = 1 << 14
export const maxLabels = 1 << 16

/** The numbers of a stack whose layers all attend. */
export function allLayers(count: number): number[] {
  return Array.from({ length: count }, (_, layer) => layer)
}
