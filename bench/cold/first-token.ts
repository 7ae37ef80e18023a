/** Where a cold page puts its result, for whoever opened it. */

export interface FirstToken {
  /** Milliseconds since the navigation began. */
  readonly at: number
  readonly logits: readonly number[]
}

const { promise, resolve } = Promise.withResolvers<FirstToken>()
// Waited for, and not asked for again and again: that would be work of the page that it is timed with.
;(globalThis as unknown as { firstToken: Promise<FirstToken> }).firstToken = promise

export function report(logits: Float32Array): void {
  resolve({ at: performance.now(), logits: Array.from(logits) })
}
