/** The messages of the calls on a model: for each kind its request and its answer. */

import type { ResolvedSource } from '../sources/resolve-source.js'
import type { EngineFiles } from '../types/engine.js'
import type {
  Dtype,
  Edit,
  GenerationEnd,
  HeadEffects,
  Input,
  Measure,
  ModelInfo,
  ModelInspection,
  PatchEffects,
  Pooling,
  QueryRange,
  Target,
  Tensor,
  Token
} from '../types/index.js'

/** For each kind: the fields of the request, and the answer. */
export interface Calls {
  /** Creates the engine, for which 'load' waits. A failed one may be asked for again, with other files. */
  engine: { asked: { readonly files: EngineFiles }; answer: undefined }
  /** Reports 'load-progress'. */
  load: { asked: LoadRequest; answer: Loaded }
  /** Reports 'load-progress'. Needs no loaded model, and loads none. */
  inspect: { asked: InspectRequest; answer: ModelInspection }
  /** Reports 'run-progress' in tokens. */
  run: { asked: RunRequest; answer: Ran }
  /**
   * Opens a generation and computes the tensors that edits take from other texts. The prompt itself is computed by the
   * first 'next'.
   */
  generate: { asked: { readonly input: Input; readonly options: GenerationSettings }; answer: Generating }
  /** One step of a generation. */
  next: { asked: { readonly run: number }; answer: Stepped | Ended }
  /** Reports 'run-progress' in target tokens. The run of the best text is a request of its own. */
  translate: { asked: TranslateRequest; answer: Found }
  /** Each token of the vocabulary by itself. */
  tokens: { asked: { readonly ids: readonly number[] }; answer: readonly Token[] }
  /** Reports 'run-progress' in runs. */
  'head-effects': { asked: HeadEffectsRequest; answer: HeadEffects }
  /** Reports 'run-progress' in runs. */
  'patch-effects': { asked: PatchEffectsRequest; answer: PatchEffects }
  /** Succeeds even if the run no longer exists. */
  'dispose-run': { asked: { readonly run: number }; answer: undefined }
  /** Every other request in progress fails as 'disposed'. */
  dispose: { asked: object; answer: undefined }
}

/** Asks the host to load a model. */
export interface LoadRequest {
  readonly source: ResolvedSource
  readonly dtype: Dtype
  readonly cache: boolean
  readonly token?: string | undefined
}

/** Asks the host to read the facts of a checkpoint. */
export interface InspectRequest {
  readonly source: ResolvedSource
  readonly token?: string | undefined
}

/** The facts of the loaded model, and the names of its traced tensors. */
export interface Loaded {
  readonly info: ModelInfo
  readonly traceNames: readonly string[]
}

/** Asks for a run. */
export interface RunRequest {
  readonly input: Input
  readonly target: Target | undefined
  /** True if the answer includes the checkpoint's pooling. */
  readonly pools: boolean
  readonly capture: readonly string[]
  readonly logits: 'all' | 'last' | 'none' | undefined
  readonly edits: readonly Edit[]
  readonly promptTokens: number | undefined
}

/** A captured tensor with its name. */
export interface NamedTensor extends Tensor {
  readonly name: string
}

/** The result of a run. `run` is its number in later questions. */
export interface Ran {
  readonly run: number
  readonly tokens: readonly Token[]
  readonly targetTokens?: readonly Token[]
  /** Present if the request pools and the checkpoint has a pooling. */
  readonly pooling?: Pooling
  readonly logits: Tensor
  readonly captured: readonly NamedTensor[]
  readonly elapsedMs: number
}

/** The checked options of a generation, with defaults filled in. */
export interface GenerationSettings {
  readonly maxNewTokens: number
  readonly temperature: number
  readonly topK: number
  readonly topP: number
  readonly seed: number
  readonly stop: readonly string[]
  readonly capture: readonly string[]
  readonly edits: readonly Edit[]
  readonly promptTokens: number | undefined
}

/** A generation that has begun. Each 'next' computes one step of it. */
export interface Generating {
  readonly run: number
  readonly promptTokens: readonly Token[]
  /** The first inputs of an encoder–decoder's decoder. */
  readonly targetTokens?: readonly Token[]
}

/** One step of a generation. Its range is the range of its queries. */
export interface Stepped extends QueryRange {
  readonly type: 'stepped'
  readonly token: Token
  readonly logits: Tensor
  readonly captured: readonly NamedTensor[]
  readonly elapsedMs: number
}

/** The end of a generation. */
export interface Ended {
  readonly type: 'ended'
  readonly reason: GenerationEnd['reason']
}

/** Asks for a beam search. */
export interface TranslateRequest {
  readonly input: Input
  readonly options: SearchSettings
  readonly edits: readonly Edit[]
}

/** The settings of a beam search. The checkpoint's setting replaces an undefined one. */
export interface SearchSettings {
  readonly numBeams: number | undefined
  readonly lengthPenalty: number | undefined
  readonly maxLength: number | undefined
  readonly noRepeatNgramSize: number | undefined
}

/** The best text of a beam search. */
export interface Found {
  readonly text: string
  /** The generated tokens, with the end token. */
  readonly tokens: readonly Token[]
  /** The decoder's inputs whose predictions are these tokens. */
  readonly targetIds: readonly number[]
  readonly score: number
}

/** Asks for the effect of each head. */
export interface HeadEffectsRequest {
  readonly input: Input
  readonly target: Target | undefined
  readonly measure: Measure
  readonly ablate: 'zero' | 'mean'
}

/** Asks for the effect of a patch at each layer and token. */
export interface PatchEffectsRequest {
  readonly input: Input
  readonly target: Target | undefined
  readonly measure: Measure
  readonly from: { readonly input: Input; readonly target?: Target }
  readonly part: 'decoder' | 'encoder' | undefined
}
