/** Writes a Llama form as a GGUF file (version 3, float32) for llama.cpp. */

import type { EngineConfig } from '../../web/lib/generated/attenscope-module.js'
import { ggufArchitectures, ggufName } from '../../web/lib/checkpoints/gguf-architectures.js'
import { checkpointName } from './llama-checkpoint.js'
import type { Weight, Weights } from './weights.js'

/** The format's numbers for types of values and of tensors. */
const uint32 = 4
const int32 = 5
const float32 = 6
const truth = 7
const text = 8
const list = 9
const tensorOfFloat32 = 0

const alignment = 32

/** The token type "normal": neither a byte nor a control token. */
const ordinary = 1

/**
 * The vocabulary consists of single characters, from Unicode's first Chinese character on. Any text of these characters
 * has one token per character, and its tokens follow from its text.
 */
const firstCharacter = 0x4e00

export const textOf = (ids: readonly number[]): string => String.fromCharCode(...ids.map((id) => firstCharacter + id))

export const idsOf = (text: string): number[] => [...text].map((each) => each.charCodeAt(0) - firstCharacter)

type Value =
  readonly [type: number, value: number | string] | readonly [typeof list, number, readonly (number | string)[]]

function metadata(config: EngineConfig): [string, Value][] {
  const ids = Array.from({ length: config.vocabulary }, (_, id) => id)
  return [
    ['general.architecture', [text, 'llama']],
    ['llama.context_length', [uint32, config.context]],
    ['llama.embedding_length', [uint32, config.width]],
    ['llama.block_count', [uint32, config.layers]],
    ['llama.feed_forward_length', [uint32, config.feedForwardWidth]],
    ['llama.attention.head_count', [uint32, config.heads]],
    ['llama.attention.layer_norm_rms_epsilon', [float32, config.normEpsilon]],
    ['llama.rope.freq_base', [float32, config.rotaryBase!]],
    ['tokenizer.ggml.model', [text, 'llama']],
    ['tokenizer.ggml.add_bos_token', [truth, 0]],
    ['tokenizer.ggml.add_space_prefix', [truth, 0]],
    ['tokenizer.ggml.tokens', [list, text, ids.map((id) => textOf([id]))]],
    ['tokenizer.ggml.scores', [list, float32, ids.map(() => 0)]],
    ['tokenizer.ggml.token_type', [list, int32, ids.map(() => ordinary)]]
  ]
}

export function ggufFile(config: EngineConfig, weights: Weights): Blob {
  const pairs = metadata(config)
  const writer = new Writer()
  writer.bytes(new TextEncoder().encode('GGUF'))
  writer.value(uint32, 3)
  writer.length(weights.size)
  writer.length(pairs.length)
  for (const [key, [type, ...value]] of pairs) {
    writer.value(text, key)
    writer.value(uint32, type)
    if (type !== list) writer.value(type, value[0])
    else writer.list(value[0] as number, value[1]!)
  }
  let offset = 0
  for (const [name, { shape, data }] of weights) {
    writer.value(text, ggufName(ggufArchitectures.llama!, checkpointName(name)))
    writer.value(uint32, shape.length)
    // The dimension with stride 1 comes first.
    for (const size of [...shape].reverse()) writer.length(size)
    writer.value(uint32, tensorOfFloat32)
    writer.length(offset)
    offset = aligned(offset + data.byteLength)
  }
  writer.align()
  for (const [name, weight] of weights) {
    writer.bytes(/\.attn\.(query|key)\./.test(name) ? inPairs(weight, config.heads) : weight.data)
    writer.align()
  }
  return writer.blob()
}

const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

/** Reorders rows so that rotary pairs, which are the two halves of a head, become neighbours. */
function inPairs({ shape, data }: Weight, heads: number): Float32Array {
  const [rows = 0, columns = 0] = shape
  const half = rows / heads / 2
  const turned = new Float32Array(data.length)
  for (let row = 0; row < rows; row++) {
    const inHead = row % (2 * half)
    const from = row - inHead + (inHead % 2) * half + Math.floor(inHead / 2)
    turned.set(data.subarray(from * columns, (from + 1) * columns), row * columns)
  }
  return turned
}

/** Writes values of the format, little-endian. */
class Writer {
  private readonly _parts: BlobPart[] = []
  private _size = 0

  bytes(bytes: Uint8Array | Float32Array): void {
    this._parts.push(bytes as BlobPart)
    this._size += bytes.byteLength
  }

  length(value: number): void {
    this._number(8, (view) => view.setBigUint64(0, BigInt(value), true))
  }

  value(type: number, value: unknown): void {
    if (type === text) {
      const bytes = new TextEncoder().encode(value as string)
      this.length(bytes.length)
      this.bytes(bytes)
    } else if (type === truth) this.bytes(Uint8Array.of(value as number))
    else if (type === float32) this._number(4, (view) => view.setFloat32(0, value as number, true))
    else this._number(4, (view) => view.setUint32(0, value as number, true))
  }

  list(type: number, values: readonly unknown[]): void {
    this.value(uint32, type)
    this.length(values.length)
    for (const value of values) this.value(type, value)
  }

  align(): void {
    this.bytes(new Uint8Array(aligned(this._size) - this._size))
  }

  blob(): Blob {
    return new Blob(this._parts)
  }

  private _number(bytes: number, set: (view: DataView) => void): void {
    const view = new DataView(new ArrayBuffer(bytes))
    set(view)
    this.bytes(new Uint8Array(view.buffer))
  }
}
