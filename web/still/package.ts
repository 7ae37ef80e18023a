/** The part of the package that views of a saved trace need. Nothing in a saved page loads a model. */
import { AttenscopeError } from '../lib/errors.js'

export * from '../lib/choices.js'
export { AttenscopeError } from '../lib/errors.js'
export { flowOf, headsOf, rolloutOf } from '../lib/trace/ask-patterns.js'
export { nameHead } from '../lib/trace/head-scores.js'
export { openTrace } from '../lib/trace/open-trace.js'
export { partOfName, traceSiteOf } from '../lib/trace/parts.js'
export { attentionStages, parseTraceName, traceName, traceSites } from '../lib/trace/trace-name.js'
export { TraceRecorder } from '../lib/trace/trace-recorder.js'

const refuse = (): Promise<never> =>
  Promise.reject(new AttenscopeError('unsupported', 'a saved page shows its trace and runs no model'))

export { refuse as loadModel, refuse as loadOps }
