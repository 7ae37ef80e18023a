/** Reads SentencePiece's .spm and .model files: a protocol buffer with the pieces, the model's kind and the normaliser. */

import { AttenscopeError } from '../errors.js'
import type { Piece, PieceKind } from '../tokenizer/from-pieces.js'

/** The parts of a SentencePiece model that tokenizing needs. */
export interface SentencePieceModel {
  readonly file: string
  readonly pieces: readonly Piece[]
  readonly kind: 'unigram' | 'bpe'
  /** The normaliser's table of replacements; empty when the model has none. */
  readonly charsmap: Uint8Array
  /** Whether a space is put before the text's first word. */
  readonly addsSpace: boolean
  /** Whether pieces end with spaces; in other models pieces begin with spaces. */
  readonly spacesBehind: boolean
  /** Whether spaces around the text, and all but one between words, are dropped. */
  readonly removesSpaces: boolean
}

const kinds: readonly (PieceKind | undefined)[] = [
  undefined,
  'normal',
  'unknown',
  'control',
  'user-defined',
  'unused',
  'byte'
]

/**
 * Reads a model from the file's bytes. Field numbers are those of sentencepiece_model.proto. Throws 'bad-model' for a
 * broken file and 'unsupported' for a model other than unigram and BPE.
 */
export function readSentencePiece(bytes: Uint8Array, file: string): SentencePieceModel {
  const pieces: Piece[] = []
  const trainer = new Map<number, Field>()
  const normalizer = new Map<number, Field>()
  for (const field of fieldsOf(bytes, file)) {
    if (field.number === 1) pieces.push(readPiece(field, pieces.length, file))
    if (field.number === 2) for (const inner of fieldsOf(field.bytes, file)) trainer.set(inner.number, inner)
    if (field.number === 3) for (const inner of fieldsOf(field.bytes, file)) normalizer.set(inner.number, inner)
  }
  if (pieces.length === 0) throw bad(file, 'the file has no pieces: is this a SentencePiece model?')
  const modelType = trainer.get(3)?.value ?? 1
  if (modelType !== 1 && modelType !== 2) {
    throw new AttenscopeError('unsupported', `${file}: model_type is ${modelType}; supported: 1 (unigram), 2 (BPE)`)
  }
  if ((normalizer.get(5)?.value ?? 1) !== 1) {
    throw new AttenscopeError('unsupported', `${file}: escape_whitespaces is false; supported: true`)
  }
  return {
    file,
    pieces,
    kind: modelType === 1 ? 'unigram' : 'bpe',
    spacesBehind: (trainer.get(24)?.value ?? 0) !== 0,
    charsmap: normalizer.get(2)?.bytes ?? new Uint8Array(0),
    addsSpace: (normalizer.get(3)?.value ?? 1) !== 0,
    removesSpaces: (normalizer.get(4)?.value ?? 1) !== 0
  }
}

function readPiece(field: Field, id: number, file: string): Piece {
  let [text, score, type] = ['', 0, 1]
  for (const inner of fieldsOf(field.bytes, file)) {
    if (inner.number === 1) text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(inner.bytes)
    if (inner.number === 2) score = inner.float
    if (inner.number === 3) type = inner.value
  }
  const kind = kinds[type]
  if (!kind || Number.isNaN(score))
    throw bad(file, `piece ${id} has type ${type} and score ${score}, expected a type from 1 to 6 and a number`)
  return { text, score, kind }
}

/** One field of a message. Its wire type fills one of `value`, `float` and `bytes`; the others are 0 or empty. */
interface Field {
  readonly number: number
  readonly value: number
  readonly float: number
  readonly bytes: Uint8Array
}

const nothing = new Uint8Array(0)

function* fieldsOf(bytes: Uint8Array, file: string): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) throw bad(file, `the file ends at byte ${bytes.length} inside a number: it is cut off`)
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw bad(file, 'a number in the file has more than ten bytes')
  }
  const take = (length: number): number => {
    if (length > bytes.length - at)
      throw bad(file, `a field of ${length} bytes goes beyond the file's end: the file is cut off`)
    at += length
    return at - length
  }
  while (at < bytes.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    const field = { number, value: 0, float: 0, bytes: nothing }
    switch (tag % 8) {
      case 0:
        yield { ...field, value: varint() }
        break
      case 1:
        take(8)
        yield field
        break
      case 2: {
        const length = varint()
        const from = take(length)
        yield { ...field, bytes: bytes.subarray(from, from + length) }
        break
      }
      case 5:
        yield { ...field, float: view.getFloat32(take(4), true) }
        break
      default:
        throw bad(file, `field ${number} has the unknown wire type ${tag % 8}`)
    }
  }
}

function bad(file: string, message: string): AttenscopeError {
  return new AttenscopeError('bad-model', `${file}: ${message}`)
}
