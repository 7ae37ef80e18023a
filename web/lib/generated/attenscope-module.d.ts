// TypeScript bindings for emscripten-generated code.  Automatically generated at compile time.
interface WasmModule {
}

type EmbindString = ArrayBuffer|Uint8Array|Uint8ClampedArray|Int8Array|string;
export interface ClassHandle {
  isAliasOf(other: ClassHandle): boolean;
  delete(): void;
  deleteLater(): this;
  isDeleted(): boolean;
  // @ts-ignore - If targeting lower than ESNext, this symbol might not exist.
  [Symbol.dispose](): void;
  clone(): this;
}
export type Squash = 'none' | 'tanh';

export type Normalizer = 'softmax' | 'tanh' | 'sigmoid' | 'sparsemax' | 'entmax15' | 'hard' | 'sample' | 'none';

export type EditedPosition = 'none' | 'rotary' | 'sinusoidal' | 'powers-of-two' | 'alibi';

export type EngineEdit = { at: string; op: string; head?: number; query?: number; key?: number; value?: number; first?: number; numbers?: Float32Array | readonly number[]; shape?: readonly number[]; setting?: { squash?: 'none' | 'tanh'; normalizer?: 'softmax' | 'tanh' | 'sigmoid' | 'sparsemax' | 'entmax15' | 'hard' | 'sample' | 'none'; seed?: number; temperature?: number; causal?: boolean; windowLeft?: number; windowRight?: number; globalTokens?: number; hiddenKeys?: readonly number[] }; position?: { kind: 'none' | 'rotary' | 'sinusoidal' | 'powers-of-two' | 'alibi'; base?: number; interleaved?: boolean } }[];

export type EngineConfig = { layers: number; heads: number; keyValueHeads: number; headWidth: number; feedForwardWidth: number; causal?: boolean; windows?: readonly number[]; width: number; vocabulary: number; context: number; encoder?: { layers: number; heads: number; keyValueHeads: number; headWidth: number; feedForwardWidth: number; causal?: boolean; windows?: readonly number[] }; encoderVocabulary?: number; norm?: 'rms' | 'layer'; normPlace?: 'before' | 'after' | 'both'; normEpsilon: number; normBias?: boolean; finalNorm?: boolean; embeddingNorm?: boolean; embeddingScale?: number; embeddingWidth?: number; embeddingProjectionBias?: boolean; types?: number; position?: 'none' | 'rotary' | 'sinusoidal' | 'learned'; positionOffset?: number; sinusoidalEnds?: boolean; rotaryBase?: number; rotaryWidth?: number; rotaryScaling?: { kind: 'linear' | 'llama3' | 'yarn'; factor: number; originalLength?: number; lowFrequencyFactor?: number; highFrequencyFactor?: number; betaFast?: number; betaSlow?: number; truncate?: boolean; attentionFactor?: number; mscale?: number; mscaleAllDimensions?: number }; distanceBias?: 'none' | 'buckets' | 'alibi'; buckets?: number; bucketDistance?: number; attentionScale?: number; attentionSoftcap?: number; headNorm?: boolean; parallel?: boolean; activation?: 'silu' | 'relu' | 'gelu' | 'gelu-tanh' | 'tanh'; gated?: boolean; attentionBias?: boolean; outputBias?: boolean; feedForwardBias?: boolean; tiedEmbedding?: boolean; logitsBias?: boolean; logitsScale?: number; logitsSoftcap?: number; head?: { outputs?: number; width?: number; activation?: 'silu' | 'relu' | 'gelu' | 'gelu-tanh' | 'tanh'; norm?: boolean; bias?: boolean } };

export type RecurrentConfig = { kind: 'classifier' | 'seq2seq'; vocabulary: number; embeddingWidth: number; layers: number; width: number; bidirectional: boolean; attentionWidth: number; context: number; labels?: number; decoderWidth?: number; decoderContext?: 'attention' | 'pooled'; encoderHeads?: number };

export type BeamOptions = { numBeams?: number; lengthPenalty?: number; maxLength: number; minLength?: number; noRepeatNgramSize?: number; badTokens?: readonly number[]; startToken: number; endTokens: readonly number[]; forcedStartToken?: number; forcedEndToken?: number; renormalize?: boolean; earlyStopping?: boolean };

export interface Model extends ClassHandle {
  parameterNames(): string[];
  parameterShape(_0: EmbindString): number[];
  holdAs(_0: EmbindString): void;
  stage(_0: number): Uint8Array<ArrayBuffer>;
  setRows(_0: EmbindString, _1: EmbindString, _2: number, _3: number): void;
  setLaidOut(_0: EmbindString, _1: EmbindString, _2: { first: number; rowStride: number; columnStride?: number; group?: number; groupStride?: number; add?: number }): void;
  finish(): void;
  parameters(): number;
  bytes(): number;
  heldAs(): string;
  traceNames(): string[];
  traceShape(_0: EmbindString, _1: number, _2: number): number[];
  createRun(_0: number, _1: number): Run | null;
  createBeamSearch(_0: { ids: readonly number[]; typeIds?: readonly number[]; positions?: readonly number[]; attentionMask?: readonly number[] }, _1: BeamOptions, _2: EngineEdit): BeamSearch | null;
}

export interface Run extends ClassHandle {
  setEdits(_0: EngineEdit): void;
  restart(_0: EngineEdit, _1: EmbindString): void;
  work(): number;
  keepPictures(): void;
  setSource(_0: { ids: readonly number[]; typeIds?: readonly number[]; positions?: readonly number[]; attentionMask?: readonly number[] }): void;
  append(_0: { ids: readonly number[]; typeIds?: readonly number[]; positions?: readonly number[]; attentionMask?: readonly number[] }, _1: EmbindString): void;
  step(): boolean;
  progress(): { done: number; total: number };
  length(): number;
  logits(): { data: Float32Array<ArrayBuffer>; shape: number[] };
  sample(_0: { temperature: number; topK: number; topP: number; seed: number }): number;
  compute(_0: EmbindString, _1: number, _2: number, _3: number): { data: Float32Array<ArrayBuffer>; shape: number[] };
  rollout(_0: EmbindString, _1: number, _2: number): { data: Float32Array<ArrayBuffer>; shape: number[] };
  flow(_0: EmbindString, _1: number, _2: number, _3: number): { data: Float32Array<ArrayBuffer>; shape: number[] };
  directLogits(_0: number, _1: number): { heads: { data: Float32Array<ArrayBuffer>; shape: number[] }; crossHeads: { data: Float32Array<ArrayBuffer>; shape: number[] }; feedForward: { data: Float32Array<ArrayBuffer>; shape: number[] }; embedding: number; bias: number; logit: number };
  plane(_0: EmbindString, _1: EmbindString, _2: number, _3: number, _4: number, _5: number): { queries: { data: Float32Array<ArrayBuffer>; shape: number[] }; keys: { data: Float32Array<ArrayBuffer>; shape: number[] }; explained: number };
  headSummaries(_0: EmbindString, _1: number): { entropy: number; distance: number; previousToken: number; firstToken: number; duplicateToken: number; induction: number; picture: { data: Float32Array<ArrayBuffer>; shape: number[] } }[];
}

export interface BeamSearch extends ClassHandle {
  step(): boolean;
  progress(): { done: number; total: number };
  hypotheses(): { ids: number[]; score: number }[];
}

interface EmbindModule {
  Model: {
    transformer(_0: EngineConfig): Model | null;
    recurrent(_0: RecurrentConfig): Model | null;
  };
  Run: {};
  BeamSearch: {};
  archName(): string;
  setThreads(_0: number): number;
  heapBytes(): number;
}

export type MainModule = WasmModule & EmbindModule;
export default function MainModuleFactory (options?: unknown): Promise<MainModule>;
