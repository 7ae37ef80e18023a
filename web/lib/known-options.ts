/**
 * The names of the options of every public call, and the check that refuses any other name: a misspelt option that is
 * ignored changes a result without a word. The types keep the table complete.
 */

import { AttenscopeError } from './errors.js'
import { kindOf } from './formats/json.js'
import { nearestName } from './nearest-name.js'
import type { LogitsComparisonOptions } from './page/compare-logits.js'
import type { TraceAttentionNames } from './ops/trace-attention.js'
import type { LoadOpsOptions } from './ops/types.js'
import type * as types from './types/index.js'

/** A table with each option of a type. TypeScript refuses a table that lacks one, or has another. */
export type Names<Options> = Readonly<Record<keyof Options, true>>

type OptionsOf<Name extends keyof types.Trace> = types.Trace[Name] extends (...values: infer Values) => unknown
  ? NonNullable<Extract<Values[number], { readonly signal?: AbortSignal }>>
  : never

const source = { token: true, hub: true, stallMs: true } as const satisfies Names<types.SourceOptions>
const ofPage = {
  thread: true,
  workerUrl: true,
  wasmUrl: true,
  stallMs: true
} as const satisfies Names<types.PageSettings>
const ofPart = { part: true, signal: true } as const
const ofRun = { capture: true, edits: true, signal: true, onProgress: true } as const
const measure = { query: true, token: true, contrast: true, target: true, signal: true, onProgress: true } as const

/** The options of each call, by the name of the call. */
export const callOptions = {
  loadModel: {
    ...source,
    ...ofPage,
    ...{ dtype: true, threads: true, onProgress: true, signal: true, cache: true, variant: true }
  } satisfies Names<types.LoadOptions>,
  configure: ofPage,
  inspectModel: { ...source, signal: true, onProgress: true } satisfies Names<types.InspectOptions>,
  openTrace: { signal: true, stallMs: true } satisfies Names<types.OpenTraceOptions>,
  loadOps: { variant: true } satisfies Names<LoadOpsOptions>,
  compareLogits: { top: true } satisfies Names<LogitsComparisonOptions>,
  traceAttention: { tokens: true, queryTokens: true } satisfies Names<TraceAttentionNames>,
  traceName: { part: true, layer: true, site: true, stage: true },
  TraceRecorder: { part: true },
  run: { ...ofRun, target: true, logits: true, promptTokens: true } satisfies Names<types.RunOptions>,
  generate: {
    ...{ maxNewTokens: true, temperature: true, topK: true, topP: true, seed: true, stop: true },
    ...{ promptTokens: true, capture: true, edits: true, signal: true }
  } satisfies Names<types.GenerateOptions>,
  translate: {
    ...ofRun,
    ...{ numBeams: true, lengthPenalty: true, maxLength: true, noRepeatNgramSize: true }
  } satisfies Names<types.TranslateOptions>,
  classify: ofRun satisfies Names<types.ClassifyOptions>,
  embed: ofRun satisfies Names<types.EmbedOptions>,
  headEffects: { ...measure, ablate: true } satisfies Names<types.HeadEffectOptions>,
  patchEffects: { ...measure, from: true, part: true } satisfies Names<types.PatchEffectOptions>,
  'trace.compute': { head: true, queries: true, signal: true } satisfies Names<OptionsOf<'compute'>>,
  'trace.pattern': { part: true },
  'trace.row': { part: true },
  'trace.answers': { part: true },
  'trace.rollout': ofPart satisfies Names<OptionsOf<'rollout'>>,
  'trace.heads': ofPart satisfies Names<OptionsOf<'heads'>>,
  'trace.flow': { ...ofPart, query: true } satisfies Names<OptionsOf<'flow'>>,
  'trace.lens': { top: true, queries: true, token: true, signal: true } satisfies Names<OptionsOf<'lens'>>,
  'trace.directLogits': { query: true, token: true, signal: true } satisfies Names<OptionsOf<'directLogits'>>,
  'trace.plane': ofPart satisfies Names<OptionsOf<'plane'>>,
  'trace.save': { also: true, lens: true, signal: true } satisfies Names<OptionsOf<'save'>>
} as const

/** The fields of the objects that calls take besides their options. */
export const inputFields = {
  ids: { ids: true, typeIds: true, attentionMask: true } satisfies Names<types.TokenIds>,
  target: { ids: true } satisfies Names<Pick<types.TokenIds, 'ids'>>,
  text: { text: true, pair: true } satisfies Names<types.TextPair>,
  messages: { messages: true }
} as const

/**
 * Throws 'option' for options that are no object, and for an option that the call does not have, with the most similar
 * name.
 */
export function checkNames(call: keyof typeof callOptions, options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new AttenscopeError('option', `the options are ${kindOf(options)}, expected an object`)
  }
  refuseUnknown(call, options, Object.keys(callOptions[call]), 'option ')
}

/** Throws 'option' for a field that is not known. A field that is undefined counts as absent. */
export function refuseUnknown(what: string, given: object, known: readonly string[], noun = ''): void {
  const unknown = Object.entries(given).find(([name, value]) => value !== undefined && !known.includes(name))?.[0]
  if (unknown === undefined) return
  const nearest = nearestName(unknown, known)
  const hint = nearest === undefined ? '' : `did you mean '${nearest}'? `
  throw new AttenscopeError('option', `${what} has no ${noun}'${unknown}'; ${hint}it has ${known.join(', ')}`)
}
