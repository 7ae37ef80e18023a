/** Reads the header of llama2.c's .bin files. The offset of every tensor follows from the header. */

import { AttenscopeError } from '../errors.js'
import type { ByteReader } from './byte-reader.js'
import { HeaderReader } from './header-reader.js'
import { safeProduct, type TensorEntry } from './tensors.js'

/** The sizes in the header, in the order of the model's config. */
export interface Llama2cSizes {
  readonly width: number
  readonly feedForwardWidth: number
  readonly layers: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly vocabulary: number
  readonly context: number
}

/** 'Q8': 8-bit numbers, then one float32 scale per group of numbers. */
export type Llama2cDtype = 'F32' | 'Q8'

/** The header of a llama2.c file. */
export interface Llama2cHeader {
  readonly sizes: Llama2cSizes
  /** Whether the embedding is also the head. */
  readonly tied: boolean
  /** How many numbers share a scale in 'Q8'; 0 in the other versions. */
  readonly groupSize: number
  /** In the order of their bytes in the file. */
  readonly tensors: readonly TensorEntry<Llama2cDtype>[]
}

/** 'ak42'. A file without this magic number has version 0 and begins with the sizes. */
const magic = 0x616b3432
const magicHeaderBytes = 256
const maxSize = 1 << 24

/**
 * Reads the header and leaves the reader at the first tensor. `fileBytes` is the file's size if it is known. Throws
 * 'bad-model' for a broken file and 'unsupported' for an unknown version.
 */
export async function readLlama2cHeader(reader: ByteReader, file: string, fileBytes?: number): Promise<Llama2cHeader> {
  const header = new HeaderReader(reader, file, fileBytes)
  const first = await header.u32('the header')
  const version = first === magic ? await header.i32('the version') : 0
  if (version < 0 || version > 2 || (first === magic && version === 0)) {
    throw new AttenscopeError('unsupported', `${file}: version ${version} of llama2.c's format; supported: 0, 1, 2`)
  }
  const width = version === 0 ? first | 0 : await header.i32('the width')
  const field = (name: string) => header.i32(name)
  const feedForwardWidth = await field('the feed-forward width')
  const layers = await field('the number of layers')
  const heads = await field('the number of heads')
  const keyValueHeads = await field('the number of key/value heads')
  // In version 0 a negative vocabulary means that the head has its own weights.
  const signedVocabulary = await field('the vocabulary')
  const vocabulary = version === 0 ? Math.abs(signedVocabulary) : signedVocabulary
  const context = await field('the context')
  const tied = version === 0 ? signedVocabulary > 0 : (await header.u8('the tied head')) === 1
  const groupSize = version === 2 ? await header.i32('the group size') : 0
  const sizes = { width, feedForwardWidth, layers, heads, keyValueHeads, vocabulary, context }
  for (const [name, size] of Object.entries({ ...sizes, ...(version === 2 && { groupSize }) })) {
    if (size < 1 || size > maxSize)
      throw header.bad(`${name} is ${size}, expected 1 to ${maxSize}: is this a llama2.c file?`)
  }
  if (layers > 1024) throw header.bad(`layers is ${layers}, expected at most 1024`)
  if (width % heads !== 0 || heads % keyValueHeads !== 0 || (width / heads) % 2 !== 0) {
    throw header.bad(
      `width ${width}, ${heads} heads and ${keyValueHeads} key/value heads do not fit together: ` +
        'expected an even width / heads, and heads as a multiple of key/value heads'
    )
  }
  if (version > 0) await header.skipTo(magicHeaderBytes)

  const tensors = placeTensors(version, sizes, tied, groupSize, header)
  const expected = header.position + (tensors.at(-1)?.end ?? 0)
  if (fileBytes !== undefined && fileBytes !== expected) {
    const start = header.position
    const cut = tensors.find((tensor) => start + tensor.end > fileBytes)
    throw header.bad(
      `the file has ${fileBytes} bytes, expected ${expected}` + (cut ? `: it is cut off in tensor '${cut.name}'` : '')
    )
  }
  header.release()
  reader.announceSize(expected)
  return { sizes, tied, groupSize, tensors }
}

function placeTensors(
  version: number,
  { width: C, feedForwardWidth: F, layers, heads: N, keyValueHeads: K, vocabulary: V, context }: Llama2cSizes,
  tied: boolean,
  groupSize: number,
  header: HeaderReader
): TensorEntry<Llama2cDtype>[] {
  const H = C / N
  const tensors: TensorEntry<Llama2cDtype>[] = []
  const add = (name: string, shape: readonly number[], more: Pick<TensorEntry, 'pairedHeadWidth'> = {}) => {
    const numbers = safeProduct(shape) ?? Number.NaN
    const quantised = version === 2 && shape.length === 2
    if (quantised && numbers % groupSize !== 0) {
      throw header.bad(`tensor '${name}' has ${numbers} numbers, expected a multiple of the group size, ${groupSize}`)
    }
    const begin = tensors.at(-1)?.end ?? 0
    const end = begin + (quantised ? numbers + (numbers / groupSize) * 4 : numbers * 4)
    if (!Number.isSafeInteger(end)) throw header.bad(`tensor '${name}': shape [${shape.join(', ')}] is too large`)
    tensors.push({ name, dtype: quantised ? 'Q8' : 'F32', shape, begin, end, ...more })
  }
  const addLayers = (part: string, shape: readonly number[], more = {}) => {
    for (let layer = 0; layer < layers; ++layer) add(`model.layers.${layer}.${part}.weight`, shape, more)
  }
  const norms = () => {
    addLayers('input_layernorm', [C])
    addLayers('post_attention_layernorm', [C])
    add('model.norm.weight', [C])
  }
  const attention = () => {
    addLayers('self_attn.q_proj', [C, C], { pairedHeadWidth: H })
    addLayers('self_attn.k_proj', [K * H, C], { pairedHeadWidth: H })
    addLayers('self_attn.v_proj', [K * H, C])
    addLayers('self_attn.o_proj', [C, C])
  }
  const feedForward = () => {
    addLayers('mlp.gate_proj', [F, C])
    addLayers('mlp.down_proj', [C, F])
    addLayers('mlp.up_proj', [F, C])
  }
  if (version > 0) norms()
  add('model.embed_tokens.weight', [V, C])
  if (version === 0) addLayers('input_layernorm', [C])
  attention()
  if (version === 0) addLayers('post_attention_layernorm', [C])
  feedForward()
  if (version === 0) {
    add('model.norm.weight', [C])
    // The cosines and sines of the rotary angles. They follow from the sizes and are not read.
    add('freq_cis', [context * H])
  }
  if (!tied) add('lm_head.weight', [V, C])
  return tensors
}
