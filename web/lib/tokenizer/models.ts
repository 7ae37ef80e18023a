/** The models of tokenizer.json: each cuts a piece of text into tokens. */

import { BPE, Unigram, WordPiece, type Tokenizer as PieceTokenizer } from '@huggingface/tokenizers'

import { AttenscopeError } from '../errors.js'
import type { Budget } from './budget.js'
import { byteMark } from './from-pieces.js'
import { mergePairs, pairKey, type MergeTable } from './byte-pairs.js'

/** A token and its range [from, to) of UTF-16 units in the piece. */
export interface PieceToken {
  readonly id: number
  readonly from: number
  readonly to: number
}

/** Cuts a piece into tokens. Throws 'tokenizer' when the text has used up its budget. */
export type CutPiece = (piece: string, budget: Budget) => PieceToken[]

const utf8 = new TextEncoder()
/** The work of looking for a token of Unigram at a place. */
const nodeWork = 5

/** Throws 'unsupported' for an unknown model. */
export function createModel({ model }: PieceTokenizer): CutPiece {
  if (model instanceof WordPiece) return wordPiece(model)
  if (model instanceof Unigram) {
    const bytes = (model.config as { byte_fallback?: unknown }).byte_fallback === true
    const form = { fuse: true, bytes, unknownId: model.unk_token_id }
    const lengths = new Set(Array.from(model.tokens_to_ids.keys(), (token) => token.length)).size
    return (piece, budget) => {
      // The library makes a node for each token at each place before it chooses the best ones.
      budget.spend(nodeWork * lengths * piece.length)
      return withUnknown(model.encode([piece]), model, form)
    }
  }
  if (model instanceof BPE) return bpe(model)
  // WordLevel: each word is one token or unknown. The library does not export its class.
  if (model && String(model.config.type) === 'WordLevel') {
    return (piece) => withUnknown([piece], model, { fuse: false, bytes: false })
  }
  throw new AttenscopeError(
    'unsupported',
    `tokenizer.json: the model's type is ${String(model?.config.type)}; supported: BPE, WordPiece, Unigram, WordLevel`
  )
}

function bpe(model: BPE): CutPiece {
  const table: MergeTable = new Map()
  model.merges.forEach(([left, right], rank) => table.set(pairKey(left, right), rank))
  const { end_of_word_suffix: suffix } = model
  const form = { fuse: model.fuse_unk, bytes: model.byte_fallback }
  const { continuing_subword_prefix: prefix } = model.config as { continuing_subword_prefix?: unknown }
  if (typeof prefix === 'string' && prefix !== '') {
    throw new AttenscopeError(
      'unsupported',
      `tokenizer.json: continuing_subword_prefix of the BPE is '${prefix}'; supported: ''`
    )
  }
  return (piece) => {
    if (model.ignore_merges && model.tokens_to_ids.has(piece)) return withUnknown([piece], model, form)
    const parts = mergePairs([...piece], table, suffix ?? '')
    return withUnknown(parts, model, form, suffix?.length)
  }
}

/**
 * WordPiece (Wu et al. 2016) takes the longest known prefix again and again. A word with an unknown part is unknown as a
 * whole.
 */
function wordPiece(model: WordPiece): CutPiece {
  const prefix = String(model.config.continuing_subword_prefix ?? '')
  const longest = Array.from(model.tokens_to_ids.keys()).reduce((most, { length }) => Math.max(most, length), 0)
  return (piece, budget) => {
    const unknown = () => [{ id: idOf(model.unk_token, model), from: 0, to: piece.length }]
    if ([...piece].length > model.max_input_chars_per_word) return unknown()
    const tokens: PieceToken[] = []
    for (let from = 0; from < piece.length;) {
      let to = Math.min(piece.length, from + longest)
      let id: number | undefined
      for (; to > from; --to) {
        budget.spend(1 + to - from)
        const part = piece.slice(from, to)
        id = model.tokens_to_ids.get(from === 0 ? part : prefix + part)
        if (id !== undefined) break
      }
      if (id === undefined) return unknown()
      tokens.push({ id, from, to })
      from = to
    }
    return tokens
  }
}

type Vocabulary = Pick<BPE | Unigram | WordPiece, 'tokens_to_ids' | 'unk_token' | 'unk_token_id'>

/**
 * The tokens of consecutive parts. A part that is no token becomes byte tokens (`bytes`) or the unknown token; with `fuse`,
 * neighbouring unknown parts become one token.
 */
function withUnknown(
  parts: readonly string[],
  model: Vocabulary,
  {
    fuse,
    bytes,
    unknownId
  }: { readonly fuse: boolean; readonly bytes: boolean; readonly unknownId?: number | undefined },
  suffixLength = 0
): PieceToken[] {
  const tokens: PieceToken[] = []
  let wasUnknown = false
  let at = 0
  parts.forEach((part, i) => {
    const from = at
    at += i === parts.length - 1 ? part.length - suffixLength : part.length
    const found = model.tokens_to_ids.get(part)
    // In Unigram a text equal to the unknown token's name is unknown too.
    const id = found === unknownId ? undefined : found
    const inBytes = id === undefined && bytes ? byteIds(part, model) : undefined
    if (id !== undefined) tokens.push({ id, from, to: at })
    else if (inBytes) tokens.push(...inBytes.map((byteId) => ({ id: byteId, from, to: at })))
    else if (model.unk_token !== undefined && model.unk_token !== null) {
      const last = tokens.at(-1)
      if (fuse && wasUnknown && last) tokens[tokens.length - 1] = { ...last, to: at }
      else tokens.push({ id: idOf(model.unk_token, model), from, to: at })
    }
    wasUnknown = id === undefined && !inBytes
  })
  return tokens
}

function byteIds(part: string, model: Vocabulary): number[] | undefined {
  const ids = [...utf8.encode(part)].map((byte) => {
    const name = `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
    return model.tokens_to_ids.get(name) ?? model.tokens_to_ids.get(byteMark + name)
  })
  return ids.every((id) => id !== undefined) ? ids : undefined
}

function idOf(name: string | undefined, model: Vocabulary): number {
  const id = name === undefined ? undefined : (model.tokens_to_ids.get(name) ?? model.unk_token_id)
  if (id === undefined)
    throw new AttenscopeError('tokenizer', `tokenizer.json: the unknown token '${name}' is not in the vocabulary`)
  return id
}
