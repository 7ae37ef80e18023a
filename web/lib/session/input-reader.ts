/** Reads the texts or ids of a call as tokens of the model. */

import type { Decode, EngineTokens } from '../types/engine.js'
import { AttenscopeError } from '../errors.js'
import type { ModelPlan } from '../families/family.js'
import type { GenerationConfig } from './generation-config.js'
import type { ChatTemplate } from '../tokenizer/chat-template.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import type { Tokenizers } from '../tokenizer/tokenizers.js'
import type { Input, ModelInfo, Target, Token } from '../types/index.js'

/** The facts of a family that the reading of its inputs needs. */
type SourceForm = Pick<ModelPlan, 'sourceVocabulary' | 'sourceEndId' | 'positions'> & {
  /** The number of token types that the model has. */
  readonly types?: number
}

/** The tokens of an input, with the text that their spans are in. */
export interface ReadText {
  readonly text: string
  readonly tokens: readonly Token[]
  readonly typeIds?: readonly number[]
  readonly attentionMask?: readonly number[]
}

/** No vocabulary has a token of more characters. */
const longestTokenText = 1000

export class InputReader {
  private readonly _tokenizer: Tokenizer | undefined
  private readonly _targetTokenizer: Tokenizer | undefined
  private readonly _tokenizers: Tokenizers | undefined
  private _chat: ChatTemplate | undefined
  private readonly _info: Pick<ModelInfo, 'V' | 'context'>
  private readonly _source: SourceForm

  constructor(tokenizers: Tokenizers | undefined, info: Pick<ModelInfo, 'V' | 'context'>, source: SourceForm = {}) {
    this._tokenizer = tokenizers?.source
    this._targetTokenizer = tokenizers?.target ?? tokenizers?.source
    this._tokenizers = tokenizers
    this._info = info
    this._source = source
  }

  /** Loads the chat template if the input has messages. Call it before read(). */
  async prepare(input: Input): Promise<void> {
    if (typeof input === 'object' && 'messages' in input) this._chat ??= await this._tokenizers?.openChat?.()
  }

  read(input: Input): ReadText {
    const read = this._read(input, this._source.sourceVocabulary ?? this._info.V)
    this._checkCount('input', read.tokens.length)
    return read
  }

  /** The tokens of a text in the engine's form. */
  toEngine({ tokens, typeIds, attentionMask }: Omit<ReadText, 'text'>): EngineTokens {
    const ids = tokens.map(({ id }) => id)
    const positions = this._source.positions?.(ids, attentionMask)
    return {
      ids,
      ...(typeIds && { typeIds }),
      ...(attentionMask && { attentionMask }),
      ...(positions && { positions })
    }
  }

  /** The inputs of the decoder for a target. */
  readTarget(target: Target, config: Pick<GenerationConfig, 'startId' | 'startIdIfKnown'>): Token[] {
    const tokens =
      typeof target === 'string'
        ? this._encodeTarget(target, config.startId())
        : this._targetIds(target.ids, config.startIdIfKnown())
    this._checkCount('target', tokens.length)
    return tokens
  }

  /** A special token without text, at the start of a text. */
  special(id: number): Token {
    return this._tokenizer?.special(id, 0) ?? { ...tokenWithoutText(id), special: true }
  }

  /** A token of the output vocabulary by itself. */
  alone(id: number): Token {
    return this._targetTokenizer?.alone(id) ?? tokenWithoutText(id)
  }

  /** The id of a text that is one token of the output vocabulary. Throws 'option' for other texts. */
  idOf(what: string, text: string): number {
    if (text.length > longestTokenText) {
      throw new AttenscopeError(
        'option',
        `${what} is a text of ${text.length} characters, expected the text of one token`
      )
    }
    const { tokens } = this._encode(this._targetTokenizer, text, this._info.V, { template: false })
    const [token] = tokens
    if (token && tokens.length === 1) return token.id
    const pieces = tokens.map((each) => JSON.stringify(each.text)).join(', ')
    throw new AttenscopeError(
      'option',
      `${what} is ${JSON.stringify(text)}, which is not one token but ${tokens.length} tokens: ${pieces}`
    )
  }

  /** A function that decodes the tokens after a text. Stop texts need a tokenizer. */
  continuation(text: string, stop: readonly string[]): Decode {
    if (this._targetTokenizer) return this._targetTokenizer.continuation(text)
    if (stop.length > 0) throw missingTokenizer('stop texts cannot be found', 'leave out the option stop')
    return (id, end) => (end === 'end' ? { ...tokenWithoutText(id), text: '', special: true } : tokenWithoutText(id))
  }

  private _read(input: Input, V: number): ReadText {
    if (typeof input === 'string') return this._encodeSource(input, V)
    if ('text' in input) {
      return input.pair === undefined ? this._encodeSource(input.text, V) : this._encodePair(input.text, input.pair, V)
    }
    if ('messages' in input) {
      if (!this._chat) {
        throw new AttenscopeError(
          'unsupported',
          'the model has no chat template, which would make a text of messages; pass a text'
        )
      }
      // The template also writes the special tokens around a text.
      return this._encode(this._tokenizer, this._chat.render(input.messages), V, { template: false })
    }
    const { typeIds, attentionMask } = input
    this._checkCount('input', input.ids.length)
    const types = this._source.types ?? 0
    if (typeIds && types === 0) {
      throw new AttenscopeError('option', 'typeIds are given, but this model has no token types; leave typeIds out')
    }
    return {
      ...this._fromIds(this._tokenizer, input.ids, V, 'ids'),
      ...(typeIds && { typeIds }),
      ...(attentionMask && { attentionMask })
    }
  }

  private _encodePair(text: string, pair: string, V: number): ReadText {
    if (!this._tokenizer) throw missingTokenizer('a text cannot be read', 'pass token ids instead: { ids: [1, 2, 3] }')
    for (const each of [text, pair]) this._checkLength('input', this._tokenizer, each)
    const { tokens, typeIds } = this._tokenizer.encodePair(text, pair)
    checkVocabulary(this._tokenizer, tokens, V)
    // Some tokenizers have more token types than their model.
    const types = this._source.types ?? 0
    return { text, tokens, ...(typeIds.every((type) => type < types) && { typeIds }) }
  }

  private _encodeSource(text: string, V: number): ReadText {
    const { tokens } = this._encode(this._tokenizer, text, V, { template: true })
    const endId = this._source.sourceEndId
    const hasEnd = endId === undefined || tokens.at(-1)?.id === endId
    const end = hasEnd ? [] : [{ ...this.special(endId), start: text.length, end: text.length }]
    return { text, tokens: [...tokens, ...end] }
  }

  private _encode(
    tokenizer: Tokenizer | undefined,
    text: string,
    V: number,
    options: { template: boolean },
    what = 'input'
  ): ReadText {
    if (!tokenizer) throw missingTokenizer('a text cannot be read', 'pass token ids instead: { ids: [1, 2, 3] }')
    this._checkLength(what, tokenizer, text)
    const tokens = tokenizer.encode(text, options)
    checkVocabulary(tokenizer, tokens, V)
    return { text, tokens }
  }

  private _fromIds(
    tokenizer: Tokenizer | undefined,
    ids: readonly number[],
    V: number,
    name: string,
    firstIndex = 0
  ): ReadText {
    ids.forEach((id, i) => {
      if (!Number.isInteger(id) || id < 0 || id >= V) {
        throw new AttenscopeError(
          'option',
          `${name}[${i + firstIndex}] is ${id}, expected an integer from 0 to ${V - 1}`
        )
      }
    })
    return tokenizer?.tokensOf(ids) ?? { text: '', tokens: ids.map(tokenWithoutText) }
  }

  private _encodeTarget(text: string, startId: number): Token[] {
    return [
      this.special(startId),
      ...this._encode(this._targetTokenizer, text, this._info.V, { template: false }, 'target').tokens
    ]
  }

  /** The first id is the start token even if the tokenizer does not mark it as special. */
  private _targetIds(ids: readonly number[], startId: number | undefined): Token[] {
    this._checkCount('target', ids.length)
    const [first, ...rest] = ids
    const read = (these: readonly number[], at: number) =>
      this._fromIds(this._targetTokenizer, these, this._info.V, 'target.ids', at).tokens
    if (startId === undefined || first !== startId) return [...read(ids, 0)]
    return [this.special(startId), ...read(rest, 1)]
  }

  /** Refuses a long text before it is cut as a whole, which takes hundreds of bytes for each character. */
  private _checkLength(what: string, tokenizer: Tokenizer, text: string): void {
    const { context } = this._info
    const least = tokenizer.leastTokens(text, context)
    if (least <= context) return
    throw new AttenscopeError(
      'too-long',
      `the ${what} has at least ${least} tokens in its ${text.length} characters, the model's context is ${context}`
    )
  }

  private _checkCount(what: string, count: number): void {
    if (count === 0) throw new AttenscopeError('option', `the ${what} has no tokens`)
    if (count > this._info.context) {
      throw new AttenscopeError(
        'too-long',
        `the ${what} has ${count} tokens, the model's context is ${this._info.context}`
      )
    }
  }
}

function checkVocabulary({ file }: Tokenizer, tokens: readonly Token[], V: number): void {
  const outside = tokens.find(({ id }) => id >= V)
  if (!outside) return
  throw new AttenscopeError(
    'tokenizer',
    `${file} gives '${outside.text}' the id ${outside.id}, but the model's vocabulary has ${V} tokens`
  )
}

function tokenWithoutText(id: number): Token {
  return { id, text: String(id), start: 0, end: 0 }
}

function missingTokenizer(consequence: string, advice: string): AttenscopeError {
  return new AttenscopeError('tokenizer', `the model's folder has no tokenizer.json, so ${consequence}; ${advice}`)
}
