/** How the colours of all views follow the weights, unless a group has chosen for itself. */

/** How colours follow weights: evenly, or by their order of magnitude. */
export type ScaleKind = 'linear' | 'log'

let usual: ScaleKind = 'linear'
const listeners = new Set<() => void>()

/** How colours follow weights where nothing else was chosen since the last call of `useScale`. */
export function usualScale(): ScaleKind {
  return usual
}

/** Sets how colours follow weights in every view on the page, and in those to come; each can still be set otherwise. */
export function useScale(scale: ScaleKind): void {
  if (scale === usual) return
  usual = scale
  for (const listener of [...listeners]) listener()
}

/** Calls back after each change of the usual scale, until the returned function is called. */
export function onUsualScale(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
