/** How the colours of all views follow the weights, unless a group has chosen for itself. */

import { onPage } from '../../shared/on-page.js'

/** How colours follow weights: evenly, or by their order of magnitude. */
export type ScaleKind = 'linear' | 'log'

/** Copies of the package on one page share the scale. */
const page = onPage('scale', () => ({ usual: 'linear' as ScaleKind, listeners: new Set<() => void>() }))

/** The scale of every group that has not chosen one since the last call of `useScale`. */
export function usualScale(): ScaleKind {
  return page.usual
}

/** Sets the scale of every view on the page and of later ones. A reader can still change the scale of a group. */
export function useScale(scale: ScaleKind): void {
  if (scale === page.usual) return
  page.usual = scale
  for (const listener of [...page.listeners]) listener()
}

/** Calls back after each change of the usual scale, until the returned function is called. */
export function onUsualScale(listener: () => void): () => void {
  page.listeners.add(listener)
  return () => page.listeners.delete(listener)
}
