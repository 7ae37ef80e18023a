/** Says how many tokens a piece of text has at least, without cutting it: a long text need not be worked on whole. */

import { BPE, Unigram, WordPiece, type Tokenizer as PieceTokenizer } from '@huggingface/tokenizers'

import { isJsonObject, type JsonObject } from '../formats/json.js'

/** The least number of tokens that the model makes of a piece. */
export type LeastTokens = (piece: string) => number

/**
 * Makes the function for a model. A character that is a token by itself ends up in a token of the vocabulary, and no such
 * token has more characters than the longest one. Unknown characters may vanish, or join into one token of any length.
 */
export function createLeastTokens({ model }: PieceTokenizer): LeastTokens {
  if (model instanceof BPE || model instanceof Unigram) {
    const { tokens_to_ids: ids } = model
    let longest = 1
    for (const token of ids.keys()) longest = Math.max(longest, token.length)
    return (piece) => {
      let known = 0
      for (const character of piece) if (ids.has(character)) known += character.length
      return Math.ceil(known / longest)
    }
  }
  // The unknown token may stand for a word of any length, but each word is at least one token.
  return model instanceof WordPiece ? (piece) => (piece === '' ? 0 : 1) : () => 0
}

/**
 * True if the beginning of a text decides the pieces of that beginning, whatever follows. A pattern that reads over any
 * characters until something appears can join or remove what came long before.
 */
export function worksFromTheStart(tokenizer: JsonObject): boolean {
  return ![...regexesIn(tokenizer['normalizer']), ...regexesIn(tokenizer['pre_tokenizer'])].some(readsOverAnything)
}

function* regexesIn(config: unknown): Generator<string> {
  if (Array.isArray(config)) for (const each of config) yield* regexesIn(each)
  if (!isJsonObject(config)) return
  for (const [name, value] of Object.entries(config)) {
    if (name === 'Regex' && typeof value === 'string') yield value
    else yield* regexesIn(value)
  }
}

/** A repeated group, or a repeated class of nearly all characters: '.', a class and its complement, all but one character. */
function readsOverAnything(regex: string): boolean {
  return /(\)|(?<!\\)\.|\[(\\s\\S|\\S\\s|\\d\\D|\\D\\d|\\w\\W|\\W\\w)\]|\\[SDWPX]|\[\^\\?.\])([*+]|\{\d*,\d*\})/.test(
    regex
  )
}
