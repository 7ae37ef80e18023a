/** Turns SentencePiece vocabularies (Kudo & Richardson 2018), of the BPE or the unigram model, into a tokenizer.json. */

import type { JsonObject } from '../formats/json.js'

/** The kind of a piece, as in SentencePiece. */
export type PieceKind = 'normal' | 'unknown' | 'control' | 'user-defined' | 'unused' | 'byte'

/** A token of the vocabulary. ▁ means a space. The token's id is its index in the list of pieces. */
export interface Piece {
  readonly text: string
  readonly score: number
  readonly kind: PieceKind
}

/** How the tokenizer handles spaces and special tokens. */
export interface PieceSettings {
  /** The ids of the tokens that are put before and after a text. */
  readonly before?: number | undefined
  readonly after?: number | undefined
  /** Whether a space is put before the text's first word. */
  readonly addsSpace: boolean
  /** Whether spaces around the text, and all but one between words, are dropped. */
  readonly removesSpaces?: boolean
  /** Whether pieces end with spaces, and the added space goes after the last word. */
  readonly spacesBehind?: boolean
  /** The normaliser's table of replacements, in base64. */
  readonly charsmap?: string | undefined
}

const space = '▁'
/** Prefix of the byte pieces' names in a unigram vocabulary. U+FFFF is no character, so no text can contain such a name. */
export const byteMark = '\uffff'

/** The tokenizer.json of a BPE model, in which SentencePiece merges the pair that gives the piece with the highest score. */
export function bpeFromPieces(pieces: readonly Piece[], settings: PieceSettings): JsonObject {
  return {
    ...around(pieces, settings),
    pre_tokenizer: null,
    normalizer: {
      type: 'Sequence',
      normalizers: [
        ...normalizers(settings),
        ...(settings.addsSpace ? [{ type: 'Prepend', prepend: space }] : []),
        { type: 'Replace', pattern: { String: ' ' }, content: space }
      ]
    },
    model: {
      type: 'BPE',
      ...unknownOf(pieces),
      fuse_unk: true,
      byte_fallback: hasBytes(pieces),
      ignore_merges: false,
      vocab: Object.fromEntries([...pieces].map(({ text }, id) => [text, id] as const).reverse()),
      merges: mergesOf(pieces)
    }
  }
}

/** The tokenizer.json of a unigram model, which takes the most probable segmentation; scores are log probabilities. */
export function unigramFromPieces(pieces: readonly Piece[], settings: PieceSettings): JsonObject {
  return {
    ...around(pieces, settings),
    normalizer: { type: 'Sequence', normalizers: normalizers(settings) },
    pre_tokenizer: settings.spacesBehind
      ? null
      : {
          type: 'Metaspace',
          replacement: space,
          add_prefix_space: settings.addsSpace,
          prepend_scheme: settings.addsSpace ? 'always' : 'never',
          split: true
        },
    model: {
      type: 'Unigram',
      unk_id: Math.max(
        pieces.findIndex(({ kind }) => kind === 'unknown'),
        0
      ),
      byte_fallback: hasBytes(pieces),
      vocab: pieces.map(({ text, score, kind }) => [kind === 'byte' ? byteMark + text : text, score])
    }
  }
}

function around(pieces: readonly Piece[], { before, after, addsSpace }: PieceSettings): JsonObject {
  const named = (id: number | undefined) => {
    const content = id === undefined ? undefined : pieces[id]?.text
    return content === undefined ? [] : [{ SpecialToken: { id: content, type_id: 0 } }]
  }
  const special = [before, after].flatMap((id) => {
    const content = id === undefined ? undefined : pieces[id]?.text
    return content === undefined ? [] : [[content, { id: content, ids: [id], tokens: [content] }] as const]
  })
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: pieces.flatMap(({ text, kind }, id) =>
      ['unknown', 'control', 'user-defined'].includes(kind)
        ? [
            {
              id,
              content: text,
              single_word: false,
              lstrip: false,
              rstrip: false,
              normalized: false,
              special: kind !== 'user-defined'
            }
          ]
        : []
    ),
    post_processor: {
      type: 'TemplateProcessing',
      single: [...named(before), { Sequence: { id: 'A', type_id: 0 } }, ...named(after)],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: Object.fromEntries(special)
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: space }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        ...(addsSpace ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : [])
      ]
    }
  }
}

function normalizers({
  charsmap,
  removesSpaces = false,
  spacesBehind = false,
  addsSpace
}: PieceSettings): JsonObject[] {
  return [
    ...(charsmap ? [{ type: 'Precompiled', precompiled_charsmap: charsmap, longest: true }] : []),
    ...(removesSpaces ? [{ type: 'CollapseSpaces' }] : []),
    ...(spacesBehind && addsSpace ? [{ type: 'Append', append: space }] : []),
    ...(spacesBehind ? [{ type: 'Replace', pattern: { String: ' ' }, content: space }] : [])
  ]
}

function unknownOf(pieces: readonly Piece[]): JsonObject {
  const unknown = pieces.find(({ kind }) => kind === 'unknown')
  return { unk_token: unknown?.text ?? null }
}

function hasBytes(pieces: readonly Piece[]): boolean {
  return pieces.some(({ kind }) => kind === 'byte')
}

/** The merges of a BPE: every split of each piece into two other pieces, in descending order of the piece's score. */
function mergesOf(pieces: readonly Piece[]): [string, string][] {
  const ids = new Map(pieces.map(({ text }, id) => [text, id]))
  const joinable = pieces.filter(({ kind, text }) => kind === 'normal' && text.length > 1)
  // The sort is stable: pieces of equal score stay in the order of their ids.
  return joinable.sort((a, b) => b.score - a.score).flatMap(({ text }) => splitsOf(text, ids))
}

function splitsOf(text: string, ids: ReadonlyMap<string, number>): [string, string][] {
  const splits: [left: number, right: number, pair: [string, string]][] = []
  let at = 0
  for (const character of text) {
    at += character.length
    const left = ids.get(text.slice(0, at))
    const right = ids.get(text.slice(at))
    if (left !== undefined && right !== undefined) splits.push([left, right, [text.slice(0, at), text.slice(at)]])
  }
  return splits.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , pair]) => pair)
}
