/** Measures one row in a worker, so that the page can stop it at any time. */

import { type Measured, measure } from '../suite/index.js'
import type { Variant } from '../suite/modules.js'
import type { Effort } from '../suite/contest.js'

export interface RowRequest {
  readonly id: string
  readonly variant: Variant
  readonly effort: Effort
}
export type RowAnswer = { readonly measured: Measured } | { readonly error: string }

interface WorkerScope {
  postMessage(answer: RowAnswer): void
  onmessage: ((event: MessageEvent<RowRequest>) => void) | null
}

const scope = globalThis as unknown as WorkerScope
scope.onmessage = ({ data: { id, variant, effort } }) => {
  measure(id, variant, effort).then(
    (measured) => scope.postMessage({ measured }),
    (error: unknown) => scope.postMessage({ error: error instanceof Error ? error.message : String(error) })
  )
}
