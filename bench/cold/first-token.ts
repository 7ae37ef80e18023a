/** Where a cold page puts its result, for whoever opened it. */

export interface FirstToken {
  /** Milliseconds since the navigation began. */
  readonly at: number
  readonly logits: readonly number[]
}

let settle: (found: FirstToken) => void = () => {}

// Waited for, and not asked for again and again: that would be work of the page that it is timed with.
const scope = globalThis as unknown as { firstToken: Promise<FirstToken> }
scope.firstToken = new Promise((resolve) => (settle = resolve))

export function report(logits: Float32Array): void {
  settle({ at: performance.now(), logits: Array.from(logits) })
}
