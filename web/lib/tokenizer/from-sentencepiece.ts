/** Turns a SentencePiece model into a tokenizer.json. */

import type { JsonObject } from '../formats/json.js'
import type { SentencePieceModel } from '../formats/sentencepiece.js'
import { bpeFromPieces, unigramFromPieces, type PieceSettings } from './from-pieces.js'

/** The tokenizer.json of a SentencePiece model. `around` are the ids of the tokens before and after a text. */
export function fromSentencePiece(
  { pieces, kind, charsmap, addsSpace, spacesBehind, removesSpaces }: SentencePieceModel,
  around: Pick<PieceSettings, 'before' | 'after'> = {}
): JsonObject {
  const settings = { ...around, addsSpace, spacesBehind, removesSpaces, charsmap: toBase64(charsmap) }
  return kind === 'bpe' ? bpeFromPieces(pieces, settings) : unigramFromPieces(pieces, settings)
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
