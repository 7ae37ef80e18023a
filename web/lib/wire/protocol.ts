/**
 * The messages between a page and the thread that holds its model.
 *
 * Each request has an id of its own, and is answered by exactly one reply with that id: the one named beside it, or
 * 'failed'. 'progress' may come before. 'abort' has no reply of its own: the request it names fails as 'aborted', unless
 * it was answered already.
 */

import type { PlainError } from '../errors.js'
import type { ResolvedSource } from '../sources/resolve-source.js'
import type {
  DirectLogits,
  Dtype,
  Edit,
  GenerationEnd,
  HeadEffects,
  HeadSummary,
  Input,
  Measure,
  LensReading,
  ModelInfo,
  Part,
  PatchEffects,
  Pooling,
  Plane,
  Progress,
  QueryRange,
  Target,
  Tensor,
  Token,
  Variant
} from '../types/index.js'

/** → 'loaded'; 'progress' with the bytes read so far. */
export interface LoadRequest {
  readonly type: 'load'
  readonly id: number
  readonly source: ResolvedSource
  readonly variant: Variant
  /** At most; see LoadOptions. */
  readonly threads: number
  readonly dtype: Dtype
  readonly cache: boolean
  readonly token?: string | undefined
}

/** → 'ran'; 'progress' with the tokens computed so far. */
export interface RunRequest {
  readonly type: 'run'
  readonly id: number
  readonly input: Input
  readonly target: Target | undefined
  /** Whether the answer is to say how one vector is made of the text's. */
  readonly pools: boolean
  readonly capture: readonly string[]
  readonly logits: 'all' | 'last' | 'none' | undefined
  readonly edits: readonly Edit[]
  readonly promptTokens: number | undefined
}

/** → 'generating'. Nothing is computed yet, but what edits take from other texts. */
export interface GenerateRequest {
  readonly type: 'generate'
  readonly id: number
  readonly input: Input
  readonly options: GenerationSettings
}

export interface GenerationSettings {
  readonly maxNewTokens: number
  readonly temperature: number
  readonly topK: number
  readonly topP: number
  readonly seed: number
  readonly stop: readonly string[]
  readonly capture: readonly string[]
  readonly edits: readonly Edit[]
}

/** → 'found'; 'progress' with the target tokens searched so far. The text's run is a request of its own. */
export interface TranslateRequest {
  readonly type: 'translate'
  readonly id: number
  readonly input: Input
  readonly options: SearchSettings
  readonly edits: readonly Edit[]
}

/** Undefined: as the checkpoint says. */
export interface SearchSettings {
  readonly numBeams: number | undefined
  readonly lengthPenalty: number | undefined
  readonly maxLength: number | undefined
  readonly noRepeatNgramSize: number | undefined
}

/** → 'stepped' or, where there is nothing left to generate, 'ended'. */
export interface NextRequest {
  readonly type: 'next'
  readonly id: number
  readonly run: number
}

/**
 * What a trace's question is about: `count` queries of a run from `first` on, counted in the sequence that grows. Of an
 * encoder all is meant.
 */
interface TraceRequest {
  readonly id: number
  readonly run: number
  readonly first: number
  readonly count: number
}

/** → 'tensor'. */
export interface ComputeRequest extends TraceRequest {
  readonly type: 'compute'
  readonly name: string
  readonly head: number | 'mean' | undefined
  /** Of the run's queries, where other ones are meant. */
  readonly queries: QueryRange | undefined
}

/** → 'tensor'. */
export interface RolloutRequest extends TraceRequest {
  readonly type: 'rollout'
  readonly part: Part
}

/** → 'tensor': a row. */
export interface FlowRequest extends TraceRequest {
  readonly type: 'flow'
  readonly part: Part
  readonly query: number
}

/** → 'readings'. */
export interface LensRequest extends TraceRequest {
  readonly type: 'lens'
  readonly top: number
  readonly token: number | undefined
}

/** → 'direct-logits'. */
export interface DirectLogitsRequest {
  readonly type: 'direct-logits'
  readonly id: number
  readonly run: number
  readonly query: number
  /** Undefined: the likeliest. */
  readonly token: number | undefined
}

/** → 'plane'. */
export interface PlaneRequest extends TraceRequest {
  readonly type: 'plane'
  readonly part: Part
  readonly layer: number
  readonly head: number
}

/** → 'summaries'. */
export interface HeadsRequest {
  readonly type: 'heads'
  readonly id: number
  readonly run: number
  readonly part: Part
}

/** → 'tokens': each by itself. */
export interface TokensRequest {
  readonly type: 'tokens'
  readonly id: number
  readonly ids: readonly number[]
}

/** → 'head-effects'; 'progress' with the runs done. */
export interface HeadEffectsRequest {
  readonly type: 'head-effects'
  readonly id: number
  readonly input: Input
  readonly target: Target | undefined
  readonly measure: Measure
  readonly ablate: 'zero' | 'mean'
}

/** → 'patch-effects'; 'progress' with the runs done. */
export interface PatchEffectsRequest {
  readonly type: 'patch-effects'
  readonly id: number
  readonly input: Input
  readonly target: Target | undefined
  readonly measure: Measure
  readonly from: { readonly input: Input; readonly target?: Target }
  readonly part: 'decoder' | 'encoder' | undefined
}

/** → 'done', also where the run is gone already. */
export interface DisposeRunRequest {
  readonly type: 'dispose-run'
  readonly id: number
  readonly run: number
}

/** → 'done'. Everything else that is under way fails as 'disposed'. */
export interface DisposeRequest {
  readonly type: 'dispose'
  readonly id: number
}

export interface AbortRequest {
  readonly type: 'abort'
  readonly id: number
}

export type Request =
  | LoadRequest
  | RunRequest
  | GenerateRequest
  | TranslateRequest
  | NextRequest
  | ComputeRequest
  | RolloutRequest
  | FlowRequest
  | LensRequest
  | DirectLogitsRequest
  | PlaneRequest
  | HeadsRequest
  | TokensRequest
  | HeadEffectsRequest
  | PatchEffectsRequest
  | DisposeRunRequest
  | DisposeRequest
  | AbortRequest

export interface NamedTensor extends Tensor {
  readonly name: string
}

export type Answer =
  | { readonly type: 'loaded'; readonly info: ModelInfo; readonly traceNames: readonly string[] }
  | {
      readonly type: 'ran'
      readonly run: number
      readonly tokens: readonly Token[]
      readonly targetTokens?: readonly Token[]
      /** Of a request that pools; undefined where the checkpoint says nothing. */
      readonly pooling?: Pooling
      readonly logits: Tensor
      readonly captured: readonly NamedTensor[]
      readonly elapsedMs: number
    }
  | {
      readonly type: 'generating'
      readonly run: number
      readonly promptTokens: readonly Token[]
      /** What the decoder reads first, of an encoder–decoder. */
      readonly targetTokens?: readonly Token[]
    }
  | {
      readonly type: 'found'
      readonly text: string
      /** With the end token. */
      readonly tokens: readonly Token[]
      /** The decoder's inputs that give these tokens. */
      readonly targetIds: readonly number[]
      readonly score: number
    }
  | {
      readonly type: 'stepped'
      readonly token: Token
      readonly logits: Tensor
      readonly captured: readonly NamedTensor[]
      readonly first: number
      readonly count: number
      readonly elapsedMs: number
    }
  | { readonly type: 'ended'; readonly reason: GenerationEnd['reason'] }
  | { readonly type: 'tensor'; readonly tensor: Tensor }
  | { readonly type: 'summaries'; readonly heads: readonly HeadSummary[] }
  | { readonly type: 'readings'; readonly readings: readonly LensReading[] }
  | { readonly type: 'direct-logits'; readonly direct: DirectLogits }
  | { readonly type: 'plane'; readonly plane: Plane }
  | { readonly type: 'tokens'; readonly tokens: readonly Token[] }
  | { readonly type: 'head-effects'; readonly effects: HeadEffects }
  | { readonly type: 'patch-effects'; readonly effects: PatchEffects }
  | { readonly type: 'done' }

export type Reply =
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly type: 'failed'; readonly id: number; readonly error: PlainError }
  | { readonly type: 'load-progress'; readonly id: number; readonly progress: Progress }
  | {
      readonly type: 'run-progress'
      readonly id: number
      readonly progress: { readonly done: number; readonly total: number }
    }

/** The answer that each request gets. */
export interface AnswerTypes {
  load: 'loaded'
  run: 'ran'
  generate: 'generating'
  translate: 'found'
  next: 'stepped' | 'ended'
  compute: 'tensor'
  rollout: 'tensor'
  flow: 'tensor'
  lens: 'readings'
  'direct-logits': 'direct-logits'
  plane: 'plane'
  heads: 'summaries'
  tokens: 'tokens'
  'head-effects': 'head-effects'
  'patch-effects': 'patch-effects'
  'dispose-run': 'done'
  dispose: 'done'
}

export type AnswerTo<Type extends keyof AnswerTypes> = Extract<Answer, { type: AnswerTypes[Type] }>
export type RequestBody = {
  [Type in keyof AnswerTypes]: Omit<Extract<Request, { type: Type }>, 'id'>
}[keyof AnswerTypes]
