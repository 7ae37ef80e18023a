/** The patterns that a group can show. */
import type { Part, PatternSource, Trace } from 'attenscope'

/**
 * Patterns of one part, or a trace, of which a group shows one part at a time. A source with `whole()` can be asked for
 * more than patterns. A source that is an `EventTarget` dispatches `arrival` when a picture or a pattern has arrived.
 */
export type Viewable = ((PatternSource & Partial<Pick<Trace, 'info'>>) | Pick<Trace, 'info' | 'parts' | 'view'>) & {
  /** The trace of the patterns; `undefined` while there is none. */
  whole?(): Trace | undefined
}

/** The patterns of a part, or the source's own. */
export function viewOf(shown: Viewable, part?: Part): PatternSource | undefined {
  if (!('view' in shown)) return shown
  const chosen = part && shown.parts.includes(part) ? part : shown.parts[0]
  return chosen && shown.view(chosen)
}

/** Calls back at each arrival at a source; returns a function that ends it. */
export function onArrival(shown: Viewable | undefined, listener: () => void): () => void {
  if (!(shown instanceof EventTarget)) return () => {}
  shown.addEventListener('arrival', listener)
  return () => shown.removeEventListener('arrival', listener)
}
