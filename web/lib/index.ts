/** The package's public entry. Importing it does nothing: it is safe where there is no window, Worker or fetch. */

export {
  dtypes,
  editNormalizers,
  editOps,
  editPositions,
  errorCodes,
  normalizerNames,
  positionKinds,
  scoreNames,
  squashNames,
  stageNames,
  threadKinds,
  variants
} from './choices.js'
export { compareLogits, type LogitsComparison } from './page/compare-logits.js'
export { AttenscopeError, type ErrorCode } from './errors.js'
export { inspectModel } from './page/inspect-model.js'
export { loadModel } from './page/load-model.js'
export { configure } from './page/page-settings.js'
export { loadOps } from './ops/load-ops.js'
export { traceAttention, type TraceAttentionNames } from './ops/trace-attention.js'
export type * from './ops/types.js'
export { headNames, headScores, nameHead } from './trace/head-scores.js'
export { openTrace } from './trace/open-trace.js'
export { partOfName, traceSiteOf } from './trace/parts.js'
export {
  attentionStages,
  parseTraceName,
  traceName,
  traceSites,
  type Starred,
  type TraceName,
  type TraceSite,
  type TraceStage
} from './trace/trace-name.js'
export { TraceRecorder } from './trace/trace-recorder.js'
export type * from './types/index.js'
