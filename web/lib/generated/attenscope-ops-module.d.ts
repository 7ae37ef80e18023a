// TypeScript bindings for emscripten-generated code.  Automatically generated at compile time.
interface WasmModule {
}

export interface ClassHandle {
  isAliasOf(other: ClassHandle): boolean;
  delete(): void;
  deleteLater(): this;
  isDeleted(): boolean;
  // @ts-ignore - If targeting lower than ESNext, this symbol might not exist.
  [Symbol.dispose](): void;
  clone(): this;
}
export type Score = 'dot' | 'general' | 'additive' | 'cosine';

export type Squash = 'none' | 'tanh';

export type Normalizer = 'softmax' | 'tanh' | 'sigmoid' | 'sparsemax' | 'entmax15' | 'hard' | 'sample' | 'none';

export type Over = 'keys' | 'queries';

export type Weighting = 'forward' | 'backward';

export type HeadSharing = 'separate' | 'shared' | 'chained';

export type Combination = 'concat' | 'sum' | 'gate';

export type ProjectionActivation = 'none' | 'relu' | 'tanh' | 'sigmoid';

export type LinearRule = 'linear' | 'gated' | 'delta' | 'gated-delta';

export type RotaryScalingKind = 'none' | 'linear' | 'ntk' | 'dynamic-ntk' | 'llama3' | 'yarn';

export type PositionEncoding = 'sinusoidal' | 'powers-of-two' | 'learned' | 'rotary' | 'alibi' | 't5';

export type SparseMask = 'strided' | 'fixed' | 'block';

export interface Ops extends ClassHandle {
}

interface EmbindModule {
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
}

export type MainModule = WasmModule & EmbindModule;
export default function MainModuleFactory (options?: unknown): Promise<MainModule>;
