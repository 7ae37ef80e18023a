/** The result of a cold page, as a global that the benchmark driver reads. */

export interface FirstToken {
  /** Milliseconds from the start of the navigation to the first token. */
  readonly at: number
  readonly logits: readonly number[]
}

let settle: (found: FirstToken) => void = () => {}

// A promise, because polling would be extra work on the page that is timed.
const scope = globalThis as unknown as { firstToken: Promise<FirstToken> }
scope.firstToken = new Promise((resolve) => (settle = resolve))

export function report(logits: Float32Array): void {
  settle({ at: performance.now(), logits: Array.from(logits) })
}
