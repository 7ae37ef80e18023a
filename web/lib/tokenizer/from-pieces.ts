/**
 * SentencePiece vocabularies (Kudo & Richardson 2018) as the tokenizer.json of the same tokenizer: pieces with scores, of
 * either of its two models.
 */

import type { JsonObject } from '../formats/json.js'

export type PieceKind = 'normal' | 'unknown' | 'control' | 'user-defined' | 'unused' | 'byte'

/** A token of the vocabulary, ▁ standing for a space. Its id is its place in the list. */
export interface Piece {
  readonly text: string
  readonly score: number
  readonly kind: PieceKind
}

export interface PieceSettings {
  /** Tokens that are put before and after a text. */
  readonly before?: number | undefined
  readonly after?: number | undefined
  /** A space is put before the text's first word, as before all others. */
  readonly addsSpace: boolean
  /** Spaces around the text, and all but one between words, are dropped. */
  readonly removesSpaces?: boolean
  /** The space goes behind the last word, and pieces end with spaces, not begin. */
  readonly spacesBehind?: boolean
  /** The normaliser's table, in base64. */
  readonly charsmap?: string | undefined
}

const space = '▁'
/** Before the names of bytes, which no text may spell: this is no character. */
export const byteMark = '\uffff'

/** SentencePiece's BPE joins whatever pair gives the piece with the highest score. */
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

/** The likeliest segmentation under the pieces' log probabilities. */
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

/** As a list of merges that is every way to split each piece into two others, pieces in falling order of score. */
function mergesOf(pieces: readonly Piece[]): [string, string][] {
  const ids = new Map(pieces.map(({ text }, id) => [text, id]))
  const joinable = pieces.filter(({ kind, text }) => kind === 'normal' && text.length > 1)
  // Stable: equal scores keep the order of ids.
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
