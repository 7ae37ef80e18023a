/** Reads llama2.c's tokenizer.bin, which holds SentencePiece's pieces and their scores only. */

import { AttenscopeError } from '../errors.js'
import { HeaderReader } from '../formats/header-reader.js'
import { readSentencePiece } from '../formats/sentencepiece.js'
import type { FolderReader } from '../sources/folder.js'
import { bpeFromPieces, type Piece } from './from-pieces.js'
import { fromSentencePiece } from './from-sentencepiece.js'
import { Tokenizer } from './tokenizer.js'

const [unknown, begin, end] = [0, 1, 2]
const maxPieceBytes = 1 << 12

/**
 * Finds the tokenizer beside a model: tokenizer.bin, tok512.bin for a vocabulary of 512, or the SentencePiece model under
 * the same names. The file does not store the number of tokens, so the model's `vocabulary` is needed.
 */
export async function readLlama2cTokenizer(folder: FolderReader, vocabulary: number): Promise<Tokenizer | undefined> {
  for (const file of ['tokenizer.bin', `tok${vocabulary}.bin`]) {
    const pieces = await readPieces(folder, file, vocabulary)
    if (pieces) return new Tokenizer(bpeFromPieces(pieces, { before: begin, addsSpace: true }), {}, file)
  }
  for (const file of ['tokenizer.model', `tok${vocabulary}.model`]) {
    const bytes = await folder.readBytes(file)
    if (!bytes) continue
    const model = readSentencePiece(bytes, file)
    if (model.pieces.length !== vocabulary) {
      throw new AttenscopeError(
        'bad-model',
        `${file} has ${model.pieces.length} pieces, expected ${vocabulary}, the model's vocabulary`
      )
    }
    return new Tokenizer(fromSentencePiece(model, { before: begin }), {}, file)
  }
  return undefined
}

/** The format: int32 longest piece, then for each token float32 score, int32 length and UTF-8 bytes. */
function readPieces(folder: FolderReader, file: string, vocabulary: number): Promise<Piece[] | undefined> {
  return folder.read(file, async (reader, size) => {
    const header = new HeaderReader(reader, file, size)
    await header.i32('the longest piece')
    const pieces: Piece[] = []
    for (let id = 0; id < vocabulary; ++id) {
      const score = await header.number(`the score of token ${id}`, 4, (view, at) => view.getFloat32(at, true))
      const length = await header.i32(`the length of token ${id}`)
      if (length < 0 || length > maxPieceBytes)
        throw header.bad(`token ${id} has a length of ${length} bytes, expected 0 to ${maxPieceBytes}`)
      const stored = await header.utf8(`token ${id}`, length)
      // Special tokens are stored with line breaks around them, for printing.
      const text = id <= end ? stored.trim() : stored.replaceAll(' ', '▁')
      pieces.push({ text, score, kind: kindOf(id, text) })
    }
    return pieces
  })
}

function kindOf(id: number, text: string): Piece['kind'] {
  if (id === unknown) return 'unknown'
  if (id <= end) return 'control'
  return /^<0x[\dA-F]{2}>$/.test(text) ? 'byte' : 'normal'
}
