/** A model's tokenizer: turns a text into tokens with their exact spans in the text, and tokens into text. */

import { Tokenizer as PieceTokenizer } from '@huggingface/tokenizers'

import { AttenscopeError, describe } from '../errors.js'
import type { JsonObject } from '../formats/json.js'
import type { Decode } from '../types/engine.js'
import type { Token } from '../types/index.js'
import { AddedTokens } from './added-tokens.js'
import { Budget } from './budget.js'
import { checkTokenizerModel } from './check-model.js'
import { byteMark } from './from-pieces.js'
import { createLeastTokens, undecidedEnd, type LeastTokens } from './least-tokens.js'
import { createModel, type CutPiece } from './models.js'
import { createNormalizer, type Normalize } from './normalizers.js'
import { createPreTokenizer, type PreTokenize } from './pre-tokenizers.js'
import { spellingOf, type Spelling } from './spelling.js'
import { spansOfSpelling, type Span } from './spelt-text.js'
import { StreamDecoder } from './stream-decoder.js'
import { TrackedText } from './tracked-text.js'

const space = 0x20
/** The UTF-16 units that the normalised added tokens of a file have together at most; usual files have some thousand. */
const maxAddedUnits = 100_000
/** A text of so many UTF-16 units is cut as a whole: that takes some megabytes. */
const shortUnits = 2 ** 16
/** Usual tokens have about so many units: a shorter beginning of a long text cannot have enough tokens. */
const unitsOfToken = 4
/** How far a change behind the beginning reaches back into its last piece: the end of a word, some marks, a few spaces. */
const edgeUnits = 256

/** A table of ids that replaces the tokenizer's own ids, such as Marian's vocab.json. */
export interface OwnNumbers {
  readonly ids: JsonObject
  /** The id of the token that ends a text. */
  readonly end: number
}

/** The special tokens before, between and after two texts. */
interface PairTemplate {
  readonly before: readonly number[]
  readonly between: readonly number[]
  readonly after: readonly number[]
  /** The type id of each of the five parts: before, first text, between, second text, after. */
  readonly types: readonly number[]
}

/** A tokenizer, from a tokenizer.json. Throws 'unsupported' and 'bad-model' for a file that it cannot follow. */
export class Tokenizer {
  /** The name of the tokenizer's file, for error messages. */
  readonly file: string
  private readonly _pieces: PieceTokenizer
  private readonly _spelling: Spelling
  private readonly _specialIds: ReadonlySet<number>
  private readonly _added: AddedTokens
  private readonly _addedNormalized: AddedTokens
  private readonly _normalize: Normalize
  private readonly _preTokenize: PreTokenize
  private readonly _cutPiece: CutPiece
  private readonly _leastTokens: LeastTokens
  /** The end of a text's beginning that what follows may remove; undefined if that may be all of it. */
  private readonly _undecidedEnd: RegExp | undefined
  /** The ids that the template puts before and after a text, for example a start token. */
  private readonly _before: readonly number[]
  private readonly _after: readonly number[]
  private readonly _numbering: Numbering | undefined

  constructor(tokenizer: JsonObject, config: JsonObject = {}, file = 'tokenizer.json', own?: OwnNumbers) {
    this.file = file
    checkTokenizerModel(tokenizer, file)
    this._pieces = this._callLibrary(() => new PieceTokenizer(withDefaults(tokenizer), config))
    this._numbering = own && new Numbering(own.ids)
    this._spelling = spellingOf(tokenizer)
    const special = [...this._pieces.get_added_tokens_decoder().values()].filter((token) => token.special)
    this._specialIds = this._numbering?.specialIds ?? new Set(special.map((token) => token.id))
    this._normalize = createNormalizer(tokenizer['normalizer'])
    this._preTokenize = createPreTokenizer(tokenizer['pre_tokenizer'])
    this._cutPiece = createModel(this._pieces)
    this._leastTokens = createLeastTokens(this._pieces)
    this._undecidedEnd = undecidedEnd(tokenizer)
    this._added = new AddedTokens(tokenizer, false)
    const ofAddedTokens = new Budget(maxAddedUnits)
    this._addedNormalized = new AddedTokens(
      tokenizer,
      true,
      (content) => this._normalize(TrackedText.of(content, 0, ofAddedTokens)).text
    )
    ;[this._before, this._after] = own ? [[], [own.end]] : this._template()
  }

  /**
   * The tokens of a text, with their spans in UTF-16 units. `template` adds the special tokens around a text. A lone
   * surrogate is no character: as in any UTF-8 encoder it becomes U+FFFD, one unit for one unit.
   */
  encode(text: string, { template = true } = {}): Token[] {
    const code = this._numbering?.languageCode(text)
    if (code) {
      const rest = this.encode(text.slice(code.text.length), { template })
      const length = code.text.length
      return [code, ...rest.map((token) => ({ ...token, start: token.start + length, end: token.end + length }))]
    }
    const wellFormed = text.replace(/\p{Surrogate}/gu, '\uFFFD')
    const tokens = this._cut(wellFormed).map(({ id, start, end }) => ({
      id,
      text: wellFormed.slice(start, end),
      start,
      end
    }))
    if (!template) return tokens
    return [
      ...this._before.map((id) => this.special(id, 0)),
      ...tokens,
      ...this._after.map((id) => this.special(id, text.length))
    ]
  }

  /**
   * How many tokens a long text has at least, by its beginning; 0 if its beginning does not show that there are more than
   * `limit`. A short text is not looked at: its tokens can be counted.
   */
  leastTokens(text: string, limit: number): number {
    if (!this._undecidedEnd) return 0
    for (let units = Math.max(shortUnits, unitsOfToken * limit); units < text.length; units *= 4) {
      const beginning = text
        .slice(0, units)
        .replace(this._undecidedEnd, '')
        .replace(/\p{Surrogate}/gu, '\uFFFD')
      let count = 0
      let last = 0
      for (const { id, text: piece } of this._piecesOf(beginning)) {
        count += last
        last = id === undefined ? this._leastTokens(piece.text) : 1
        // What follows may change the end of the last piece.
        const unchanged = id === undefined ? this._leastTokens(piece.text.slice(0, -edgeUnits)) : 0
        if (count + unchanged > limit) return count + unchanged
      }
    }
    return 0
  }

  /** The tokens of two texts with the special tokens around them, and the type id of each token. */
  encodePair(text: string, pair: string): { tokens: Token[]; typeIds: number[] } {
    const { before, between, after, types } = this._pairTemplate()
    const first = this.encode(text, { template: false })
    const second = this.encode(pair, { template: false }).map((token): Token => ({ ...token, ofPair: true }))
    const special = (ids: readonly number[], at: number) => ids.map((id) => this.special(id, at))
    const ofPair = (tokens: readonly Token[]) => tokens.map((token): Token => ({ ...token, ofPair: true }))
    const parts = [
      special(before, 0),
      first,
      special(between, text.length),
      second,
      ofPair(special(after, pair.length))
    ]
    return { tokens: parts.flat(), typeIds: parts.flatMap((part, i) => part.map(() => types[i] ?? 0)) }
  }

  /** A special token, which has no characters of the text: its span is empty at `at`. */
  special(id: number, at: number): Token {
    return { id, text: this._name(id), start: at, end: at, special: true }
  }

  /**
   * A token outside any text, with its leading space. A token whose bytes are no whole characters has its bytes in
   * hexadecimal as text.
   */
  alone(id: number): Token {
    if (this._specialIds.has(id)) return this.special(id, 0)
    const bytes = this._continuation(id, false)
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      return { id, text, start: 0, end: text.length }
    } catch {
      const hex = Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')
      return { id, text: `<${hex}>`, start: 0, end: 0, special: true }
    }
  }

  /** The tokens of ids that came without a text, and the text that they spell. Spans are in that text. */
  tokensOf(ids: readonly number[]): { text: string; tokens: Token[] } {
    const ordinary = ids.filter((id) => !this._specialIds.has(id))
    const { text, spans } = spansOfSpelling(ordinary.map((id, i) => this._continuation(id, i === 0)))
    let next = 0
    let end = 0
    const tokens = ids.map((id): Token => {
      if (this._specialIds.has(id)) return this.special(id, end)
      const span = spans[next++] ?? { start: end, end }
      end = span.end
      return { id, text: text.slice(span.start, span.end), ...span }
    })
    return { text, tokens }
  }

  /** A function that decodes the tokens that a model generates after `text`, one by one. */
  continuation(text: string): Decode {
    const decoder = new StreamDecoder(text.length)
    let atStart = text === ''
    return (id, end) => {
      // The token that ends the generation has no text, even if it has text elsewhere.
      const isSpecial = end === 'end' || this._specialIds.has(id)
      const decoded = decoder.push(isSpecial ? new Uint8Array(0) : this._continuation(id, atStart), end !== undefined)
      if (!isSpecial) atStart = false
      return { id, ...decoded, ...(isSpecial && { special: true }) }
    }
  }

  /** A token's bytes at the start of a text or after other tokens. */
  private _continuation(id: number, atStart: boolean): Uint8Array {
    const bytes = this._bytes(id)
    if (this._spelling.followsSpace(this._name(id)) && !atStart) return Uint8Array.of(space, ...bytes)
    return atStart && this._spelling.addsLeadingSpace && bytes[0] === space ? bytes.subarray(1) : bytes
  }

  private _bytes(id: number): Uint8Array {
    return this._spelling.bytes(this._name(id))
  }

  private _name(id: number): string {
    return (this._numbering ? this._numbering.names.get(id) : this._pieceName(id)) ?? ''
  }

  private _pieceName(id: number): string {
    return (this._pieces.id_to_token(id) ?? '').replace(byteMark, '')
  }

  /** Ids and spans of a text's tokens, by the steps of tokenizer.json: added tokens, normaliser, pre-tokenizer, model. */
  private _cut(text: string): (Span & { readonly id: number })[] {
    const tokens: (Span & { readonly id: number })[] = []
    const add = (id: number, within: TrackedText, from: number, to: number) => {
      tokens.push({ id, ...within.span(from, to) })
    }
    for (const { id: addedId, text: piece } of this._piecesOf(text)) {
      if (addedId !== undefined) {
        add(addedId, piece, 0, piece.text.length)
        continue
      }
      for (const { id, from, to } of this._cutPiece(piece.text, piece.budget)) {
        const name = this._pieceName(id)
        add(this._numbering?.idOf(name, piece.text.slice(from, to)) ?? id, piece, from, to)
      }
    }
    return tokens
  }

  /** The added tokens of a text with their ids, and the pieces between them that the model cuts. */
  private *_piecesOf(text: string): Generator<{ readonly id?: number | undefined; readonly text: TrackedText }> {
    for (const section of this._added.cut(TrackedText.of(text))) {
      if (section.id !== undefined) {
        yield section
        continue
      }
      const isFirst = section.text.span(0, 1).start === 0
      for (const part of this._addedNormalized.cut(this._normalize(section.text))) {
        if (part.id !== undefined) yield part
        else for (const piece of this._preTokenize(part.text, isFirst)) yield { text: piece }
      }
    }
  }

  /** Finds the special tokens and the type ids of a pair by encoding two short texts. */
  private _pairTemplate(): PairTemplate {
    const probe = 'a'
    if (this._numbering)
      throw new AttenscopeError('unsupported', `${this.file}: the model does not accept pairs of texts`)
    const inner = this._callLibrary(() => this._pieces.encode(probe, { add_special_tokens: false }).ids)
    const { ids, token_type_ids: types } = this._callLibrary(
      (): { readonly ids: number[]; readonly token_type_ids?: number[] } =>
        this._pieces.encode(probe, { text_pair: probe, return_token_type_ids: true })
    )
    const find = (from: number) => {
      for (let at = from; at + inner.length <= ids.length; ++at) {
        if (inner.every((id, i) => ids[at + i] === id)) return at
      }
      throw new AttenscopeError(
        'unsupported',
        `${this.file}: the post_processor changes the tokens of two texts; supported: adding tokens around them`
      )
    }
    const first = find(0)
    const second = find(first + inner.length)
    const starts = [0, first, first + inner.length, second, second + inner.length]
    return {
      before: ids.slice(0, first),
      between: ids.slice(first + inner.length, second),
      after: ids.slice(second + inner.length),
      // Without a template this library gives no type ids; Python's tokenizers library gives the second text type 1.
      types: types ? starts.map((at) => types[at] ?? 0) : [0, 0, 0, 1, 1]
    }
  }

  /** Finds the special tokens around a text by encoding a short text. */
  private _template(): [before: readonly number[], after: readonly number[]] {
    const probe = 'a'
    const ids = (withTemplate: boolean) =>
      this._callLibrary(() => this._pieces.encode(probe, { add_special_tokens: withTemplate }).ids)
    const inner = ids(false)
    const whole = ids(true)
    for (let at = 0; at + inner.length <= whole.length; ++at) {
      if (inner.every((id, i) => whole[at + i] === id)) return [whole.slice(0, at), whole.slice(at + inner.length)]
    }
    throw new AttenscopeError(
      'unsupported',
      `${this.file}: the post_processor changes the tokens of a text; supported: adding tokens around them`
    )
  }

  /** Calls the tokenizers library. It does not check a tokenizer.json, so any error it throws becomes 'unsupported'. */
  private _callLibrary<Result>(call: () => Result): Result {
    try {
      return call()
    } catch (error) {
      throw new AttenscopeError('unsupported', `${this.file}: ${describe(error)}`)
    }
  }
}

/** Marian's ids of the pieces, and its language tokens such as '>>fra<<' at the start of a text. */
class Numbering {
  readonly names = new Map<number, string>()
  readonly specialIds: ReadonlySet<number>
  readonly unknownId: number
  private readonly _ids = new Map<string, number>()

  constructor(ids: JsonObject) {
    for (const [name, id] of Object.entries(ids)) {
      if (!Number.isInteger(id) || (id as number) < 0) {
        throw new AttenscopeError(
          'bad-model',
          `vocab.json: '${name}' has the id ${String(id)}, expected an integer ≥ 0`
        )
      }
      this._ids.set(name, id as number)
      this.names.set(id as number, name)
    }
    const unknown = this._ids.get('<unk>')
    if (unknown === undefined) throw new AttenscopeError('bad-model', "vocab.json: there is no token '<unk>'")
    this.unknownId = unknown
    this.specialIds = new Set(['</s>', '<s>', '<pad>'].flatMap((name) => this._ids.get(name) ?? []))
  }

  /** The id of a piece. `spelling` is its text, which the table may have when the SentencePiece model has not. */
  idOf(name: string, spelling = name): number {
    return this._ids.get(name === '<unk>' ? spelling : name) ?? this.unknownId
  }

  languageCode(text: string): Token | undefined {
    const code = /^>>.+?<</.exec(text)?.[0]
    return code === undefined ? undefined : { id: this.idOf(code), text: code, start: 0, end: code.length }
  }
}

/**
 * Adds the fields that the library requires and the format does not. The normaliser and the pre-tokenizer are removed:
 * this package runs its own, which keep each token's span in the text.
 */
function withDefaults(tokenizer: JsonObject): JsonObject {
  const before = { normalizer: null, pre_tokenizer: null }
  return { post_processor: null, decoder: null, added_tokens: [], ...tokenizer, ...before }
}
