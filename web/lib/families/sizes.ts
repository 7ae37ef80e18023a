/** Upper limits of the sizes in a config.json: a larger size is a mistake or an attack, not a model for a web page. */

export const maxLayers = 1024
export const maxHeads = 1024
export const maxWidth = 1 << 16
export const maxFeedForwardWidth = 1 << 18
export const maxVocabulary = 1 << 22
export const maxContext = 1 << 24
/** The longest text, in tokens, for models with relative positions only, which set no limit themselves. */
export const relativeContext = 1 << 14
export const maxLabels = 1 << 16

/** The layer numbers 0 to count − 1, for a stack in which every layer has attention. */
export function allLayers(count: number): number[] {
  return Array.from({ length: count }, (_, layer) => layer)
}
