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
export type EngineConfig = {
  layers: number,
  heads: number,
  keyValueHeads: number,
  headWidth: number,
  width: number,
  feedForwardWidth: number,
  vocabulary: number,
  context: number,
  normEpsilon: number,
  rotaryBase: number,
  attentionBias: boolean,
  outputBias: boolean,
  feedForwardBias: boolean,
  tiedEmbedding: boolean
};

export interface Model extends ClassHandle {
  parameterNames(): string[];
  parameterShape(_0: EmbindString): number[];
  stage(_0: number): Uint8Array<ArrayBuffer>;
  setParameter(_0: EmbindString, _1: EmbindString): void;
  finish(): void;
  parameters(): number;
  bytes(): number;
  traceNames(): string[];
  traceShape(_0: EmbindString, _1: number, _2: number): number[];
  createRun(_0: number): Run | null;
}

export interface Run extends ClassHandle {
  setEdits(_0: { at: string; op: string; head: number; query: number; key: number; value: number }[]): void;
  append(_0: Int32Array | number[], _1: EmbindString): void;
  step(): boolean;
  progress(): { done: number; total: number };
  length(): number;
  logits(): Float32Array<ArrayBuffer>;
  sample(_0: { temperature: number; topK: number; topP: number; seed: number }): number;
  compute(_0: EmbindString, _1: number, _2: number, _3: number): { data: Float32Array<ArrayBuffer>; shape: number[] };
  rollout(_0: number, _1: number): { data: Float32Array<ArrayBuffer>; shape: number[] };
  headSummaries(_0: number): { entropy: number; distance: number; previousToken: number; firstToken: number; picture: { data: Float32Array<ArrayBuffer>; shape: number[] } }[];
}

export interface Ops extends ClassHandle {
}

interface EmbindModule {
  Model: {
    new(_0: EngineConfig): Model;
  };
  Run: {};
  Ops: {
    attention(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    attentionPattern(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    attentionGradient(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    multiHead(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    multiHeadGradient(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    pool(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    poolGradient(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    combine(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    combineGradient(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    linearAttention(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    linearAttentionGradient(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    softmax(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    softmaxGradient(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    norm(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    normGradient(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    rotary(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    position(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    positionGradient(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
    sparseMask(_0: { [name: string]: { data: Float32Array | Uint8Array | Int32Array; shape: readonly number[] } | undefined }, _1: { [name: string]: string | number | boolean }): { [name: string]: { data: Float32Array<ArrayBuffer>; shape: number[] } };
  };
  archName(): string;
  heapBytes(): number;
}

export type MainModule = WasmModule & EmbindModule;
export default function MainModuleFactory (options?: unknown): Promise<MainModule>;
