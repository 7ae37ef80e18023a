/** Where a cold page puts its result, for whoever opened it. */

export interface FirstToken {
  /** Milliseconds since the navigation began. */
  readonly at: number
  readonly logits: readonly number[]
}

export function report(logits: Float32Array): void {
  const scope = globalThis as unknown as { firstToken: FirstToken }
  scope.firstToken = { at: performance.now(), logits: Array.from(logits) }
}
