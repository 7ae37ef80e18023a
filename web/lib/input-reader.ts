/** Reads a call's input, a text or ids, as tokens that the model can take. */

import { AttenscopeError } from './errors.js'
import type { Decode } from './generation.js'
import type { Tokenizer } from './tokenizer/tokenizer.js'
import type { Input, ModelInfo, Token } from './types.js'

export class InputReader {
  private readonly _tokenizer: Tokenizer | undefined
  private readonly _info: ModelInfo

  constructor(tokenizer: Tokenizer | undefined, info: ModelInfo) {
    this._tokenizer = tokenizer
    this._info = info
  }

  read(input: Input): { text: string; tokens: Token[] } {
    const read = typeof input === 'string' ? this._encode(input) : this._fromIds(input.ids)
    const count = read.tokens.length
    if (count === 0) throw new AttenscopeError('option', 'the input has no tokens')
    if (count > this._info.context) {
      throw new AttenscopeError(
        'too-long',
        `the input has ${count} tokens, the model's context is ${this._info.context}`
      )
    }
    return read
  }

  /** Decodes the tokens that come after a text; texts to stop at need a tokenizer. */
  continuation(text: string, stop: readonly string[]): Decode {
    if (this._tokenizer) return this._tokenizer.continuation(text)
    if (stop.length > 0) throw missingTokenizer('texts to stop at cannot be found', 'leave stop out')
    return (id, end) => (end === 'end' ? { ...tokenWithoutText(id), text: '', special: true } : tokenWithoutText(id))
  }

  private _encode(text: string): { text: string; tokens: Token[] } {
    if (!this._tokenizer) throw missingTokenizer('a text cannot be read', 'pass token ids instead: { ids: [1, 2, 3] }')
    const tokens = this._tokenizer.encode(text)
    const { V } = this._info
    const outside = tokens.find(({ id }) => id >= V)
    if (outside) {
      throw new AttenscopeError(
        'tokenizer',
        `tokenizer.json gives '${outside.text}' the id ${outside.id}, but the model's vocabulary has ${V} tokens`
      )
    }
    return { text, tokens }
  }

  private _fromIds(ids: readonly number[]): { text: string; tokens: Token[] } {
    const { V } = this._info
    ids.forEach((id, i) => {
      if (!Number.isInteger(id) || id < 0 || id >= V) {
        throw new AttenscopeError('option', `ids[${i}] is ${id}, expected an integer from 0 to ${V - 1}`)
      }
    })
    return this._tokenizer?.tokensOf(ids) ?? { text: '', tokens: ids.map(tokenWithoutText) }
  }
}

function tokenWithoutText(id: number): Token {
  return { id, text: String(id), start: 0, end: 0 }
}

function missingTokenizer(consequence: string, advice: string): AttenscopeError {
  return new AttenscopeError('tokenizer', `the model's folder has no tokenizer.json, so ${consequence}; ${advice}`)
}
