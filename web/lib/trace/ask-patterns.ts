/** The questions that patterns alone can answer. The code that computes the answers is imported at the first question. */

import type { HeadSummary, PatternSource, Tensor } from '../types/index.js'

const answers = () => import('./from-patterns.js')

/**
 * Attention rollout (Abnar & Zuidema 2020) from patterns alone, (T, S); see Trace.rollout. Throws 'option' unless queries and
 * keys are the same tokens, and 'not-captured' if a layer or a query is missing.
 */
export async function rolloutOf(source: PatternSource): Promise<Tensor> {
  return (await answers()).rolloutOf(source)
}

/**
 * Attention flow (Abnar & Zuidema 2020) to one query (default: the last) from patterns alone, (1, S); see Trace.flow. Throws as
 * `rolloutOf` does.
 */
export async function flowOf(
  source: PatternSource,
  query = source.queries.first + source.queries.count - 1
): Promise<Tensor> {
  return (await answers()).flowOf(source, query)
}

/** The summaries of all heads from patterns alone; see Trace.heads. Throws 'not-captured' if a layer or a query is missing. */
export async function headsOf(source: PatternSource): Promise<readonly HeadSummary[]> {
  return (await answers()).headsOf(source)
}
