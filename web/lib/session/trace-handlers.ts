/** Answers the questions about a trace, with one handler for each kind. */

import type { RunHandle } from '../engine/engine-handles.js'
import type { Answer, Asked, RequestBody } from '../wire/protocol.js'
import type { TraceKind } from '../wire/trace-questions.js'
import type { InsightReader } from './insight-reader.js'
import type { Job } from './job.js'
import type { LoadedModel } from './loaded-model.js'
import type { Extent, TraceReader } from './trace-reader.js'

/** The run of a question, and the readers of its tensors. */
export interface TracedRun {
  readonly run: RunHandle
  /** The queries of the question. */
  readonly extent: Extent
  readonly trace: TraceReader
  readonly insight: InsightReader
}

export const traceHandlers: {
  readonly [K in TraceKind]: (of: TracedRun, asked: Asked<K>, job: Job) => Answer<K> | Promise<Answer<K>>
} = {
  compute: ({ trace, run, extent }, asked, job) => trace.compute(run, asked, extent, job),
  rollout: ({ trace, run, extent }, { part }, job) => trace.rollout(run, part, extent, job),
  flow: ({ trace, run, extent }, asked, job) => trace.flow(run, asked, extent, job),
  lens: ({ insight, run }, asked, job) => insight.lens(run, asked, job),
  directLogits: ({ insight, run }, asked) => insight.directLogits(run, asked),
  plane: ({ insight, run }, asked) => insight.plane(run, asked),
  heads: ({ trace, run }, { part }, job) => trace.heads(run, part, job)
}

export async function answerOfTrace<K extends TraceKind>(
  model: LoadedModel,
  request: RequestBody<K>,
  job: Job
): Promise<Answer<K>> {
  // The type of the table ties each kind to its question, but TypeScript loses this connection in the lookup.
  const handle = traceHandlers[request.type] as (of: TracedRun, asked: object, job: Job) => Promise<Answer<K>>
  return handle(model.traced(request), request, job)
}
