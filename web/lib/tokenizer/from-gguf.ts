/** Turns the tokenizer in a GGUF file's metadata into a tokenizer.json. */

import { AttenscopeError } from '../errors.js'
import type { GgufMetadata } from '../checkpoints/gguf-metadata.js'
import type { JsonObject } from '../formats/json.js'
import { bpeFromPieces, type Piece, type PieceKind } from './from-pieces.js'
import { cl100kWords } from './known-patterns.js'
import { byteLevelBpe } from './from-vocabulary.js'

/** A tokenizer in the form of Hugging Face's files. */
export interface TokenizerFiles {
  readonly tokenizer: JsonObject
  readonly config: JsonObject
  readonly chatTemplate: string | undefined
}

const kinds: readonly PieceKind[] = ['normal', 'normal', 'unknown', 'control', 'user-defined', 'unused', 'byte']

/** The file's tokenizer; undefined when the file has none. Throws 'unsupported' for an unknown kind. */
export function ggufTokenizer(metadata: GgufMetadata, file: string): TokenizerFiles | undefined {
  const model = metadata.text('tokenizer.ggml.model')
  if (model === undefined || model === 'no_vocab' || model === 'none') return undefined
  const tokens = textsOf(metadata, 'tokenizer.ggml.tokens')
  const types = metadata.list('tokenizer.ggml.token_type') ?? []
  const scores = metadata.list('tokenizer.ggml.scores') ?? []
  const pieces = tokens.map((text, id): Piece => {
    const [type = 1, score = 0] = [types[id], scores[id]]
    const kind = typeof type === 'number' ? kinds[type] : undefined
    if (!kind) throw metadata.bad('tokenizer.ggml.token_type', `a list of types from 0 to ${kinds.length - 1}`)
    if (typeof score !== 'number' || Number.isNaN(score))
      throw metadata.bad('tokenizer.ggml.scores', 'a list of numbers')
    return { text, score, kind }
  })
  const idOf = (key: string): number | undefined => {
    const id = metadata.get(key)
    if (id === undefined || (typeof id === 'number' && id >= 0 && id < tokens.length)) return id
    throw metadata.bad(key, `an id below ${tokens.length}`)
  }
  const chatTemplate = metadata.text('tokenizer.chat_template')
  const nameOf = (key: string) => {
    const id = idOf(`tokenizer.ggml.${key}_token_id`)
    return id === undefined ? {} : { [`${key}_token`]: tokens[id] }
  }
  const config = { ...nameOf('bos'), ...nameOf('eos') }
  const bos = idOf('tokenizer.ggml.bos_token_id')
  const eos = idOf('tokenizer.ggml.eos_token_id')
  switch (model) {
    case 'llama': {
      const before = (metadata.flag('tokenizer.ggml.add_bos_token') ?? true) ? (bos ?? 1) : undefined
      const after = (metadata.flag('tokenizer.ggml.add_eos_token') ?? false) ? (eos ?? 2) : undefined
      const addsSpace = metadata.flag('tokenizer.ggml.add_space_prefix') ?? true
      if (metadata.flag('tokenizer.ggml.remove_extra_whitespaces')) {
        throw new AttenscopeError(
          'unsupported',
          `${file}: 'tokenizer.ggml.remove_extra_whitespaces' is true; supported: false`
        )
      }
      return { tokenizer: bpeFromPieces(pieces, { before, after, addsSpace }), config, chatTemplate }
    }
    case 'gpt2': {
      const before = (metadata.flag('tokenizer.ggml.add_bos_token') ?? false) ? bos : undefined
      const after = (metadata.flag('tokenizer.ggml.add_eos_token') ?? false) ? eos : undefined
      const merges = textsOf(metadata, 'tokenizer.ggml.merges')
      const pre = metadata.text('tokenizer.ggml.pre') ?? 'default'
      const form = preTokenizers[pre]
      if (!form) {
        const known = Object.keys(preTokenizers).join(', ')
        throw new AttenscopeError('unsupported', `${file}: 'tokenizer.ggml.pre' is ${pre}; supported: ${known}`)
      }
      return { tokenizer: byteLevelBpe(pieces, merges, { before, after, ...form }), config, chatTemplate }
    }
    default:
      throw new AttenscopeError('unsupported', `${file}: 'tokenizer.ggml.model' is ${model}; supported: llama, gpt2`)
  }
}

const isolated = (Regex: string) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false })

/** The pre-tokenizers, by the names that llama.cpp gives them. */
const preTokenizers: Readonly<
  Record<string, { splits: readonly JsonObject[]; ownWords: boolean; ignoreMerges?: true }>
> = {
  'gpt-2': { splits: [], ownWords: true },
  'llama-bpe': { splits: [isolated(cl100kWords('\\p{N}{1,3}'))], ownWords: false, ignoreMerges: true },
  qwen2: { splits: [isolated(cl100kWords('\\p{N}'))], ownWords: false },
  smollm: { splits: [{ type: 'Digits', individual_digits: true }], ownWords: true }
}

function textsOf(metadata: GgufMetadata, key: string): readonly string[] {
  const list = metadata.list(key)
  if (!list || !list.every((item) => typeof item === 'string')) throw metadata.bad(key, 'a list of texts')
  return list
}
