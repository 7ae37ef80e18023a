/** How the colours of all views follow the weights, unless a group has chosen for itself. */

/** How colours follow weights: evenly, or by their order of magnitude. */
export type ScaleKind = 'linear' | 'log'

let usual: ScaleKind = 'linear'
const listeners = new Set<() => void>()

/** The scale of every group that has not chosen one since the last call of `useScale`. */
export function usualScale(): ScaleKind {
  return usual
}

/** Sets the scale of every view on the page and of later ones. A reader can still change the scale of a group. */
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
