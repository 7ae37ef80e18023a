/** The header of llama2.c's .bin files, from which the place of every tensor follows. */

import { AttenscopeError } from '../errors.js'
import type { ByteReader } from './byte-reader.js'
import { HeaderReader } from './header-reader.js'
import { safeProduct, type TensorEntry } from './tensors.js'

export interface Llama2cSizes {
  readonly width: number
  readonly feedForwardWidth: number
  readonly layers: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly vocabulary: number
  readonly context: number
}

/** 'Q8': numbers in 8 bits, then a float32 scale for each group of them. */
export type Llama2cDtype = 'F32' | 'Q8'

export interface Llama2cHeader {
  readonly sizes: Llama2cSizes
  readonly tied: boolean
  /** Of Q8; 0 where there is none. */
  readonly groupSize: number
  /** In the order of their bytes. */
  readonly tensors: readonly TensorEntry<Llama2cDtype>[]
}

/** 'ak42'; files without it are of version 0, and begin with the sizes. */
const magic = 0x616b3432
const magicHeaderBytes = 256
const maxSize = 1 << 24

/** Reads the header and leaves the reader at the first tensor. */
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
  // In version 0 a negative one says that the head has weights of its own.
  const signedVocabulary = await field('the vocabulary')
  const vocabulary = version === 0 ? Math.abs(signedVocabulary) : signedVocabulary
  const context = await field('the context')
  const tied = version === 0 ? signedVocabulary > 0 : (await header.u8('the tied head')) === 1
  const groupSize = version === 2 ? await header.i32('the group size') : 0
  const sizes = { width, feedForwardWidth, layers, heads, keyValueHeads, vocabulary, context }
  for (const [name, size] of Object.entries({ ...sizes, ...(version === 2 && { groupSize }) })) {
    if (size < 1 || size > maxSize) throw header.bad(`${name} is ${size}: is this a file of llama2.c's?`)
  }
  if (layers > 1024) throw header.bad(`layers is ${layers}, expected at most 1024`)
  if (width % heads !== 0 || heads % keyValueHeads !== 0 || (width / heads) % 2 !== 0) {
    throw header.bad(
      `a width of ${width} does not divide into ${heads} heads of even width, with ${keyValueHeads} of keys`
    )
  }
  if (version > 0) await header.skipTo(magicHeaderBytes)

  const tensors = placeTensors(version, sizes, tied, groupSize, header)
  const expected = header.position + (tensors.at(-1)?.end ?? 0)
  if (fileBytes !== undefined && fileBytes !== expected) {
    const start = header.position
    const cut = tensors.find((tensor) => start + tensor.end > fileBytes)
    throw header.bad(
      `the file has ${fileBytes} bytes where ${expected} are expected` +
        (cut ? `: it is cut off in tensor '${cut.name}'` : '')
    )
  }
  header.release()
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
      throw header.bad(`tensor '${name}' has ${numbers} numbers, which are no whole groups of ${groupSize}`)
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
    // Cosines and sines of the rotary angles, which follow from the sizes.
    add('freq_cis', [context * H])
  }
  if (!tied) add('lm_head.weight', [V, C])
  return tensors
}
