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
 * The characters at the end of a text's beginning that what follows may remove; undefined if it may remove or join even
 * more. A tokenizer that replaces spaces before some character, say, removes all spaces before it, however many.
 */
export function undecidedEnd(tokenizer: JsonObject): RegExp | undefined {
  const steps = [...stepsIn(tokenizer['normalizer']), ...stepsIn(tokenizer['pre_tokenizer'])]
  const repeated = steps.flatMap(({ regex, removes }) => repeatedIn(regex).map((part) => ({ part, removes })))
  if (repeated.some(({ part, removes }) => !(removes ? spaces : ofOneKind).test(part))) return undefined
  const added = tokenizer['added_tokens']
  const takesSpaces = Array.isArray(added) && added.some((token) => isJsonObject(token) && token['lstrip'] === true)
  return takesSpaces || repeated.some(({ removes }) => removes) ? /[\s▁]+$/u : /$/u
}

interface Step {
  readonly regex: string
  /** True if matches are replaced or removed; false if the text is only cut at them. */
  readonly removes: boolean
}

function* stepsIn(config: unknown): Generator<Step> {
  if (Array.isArray(config)) for (const each of config) yield* stepsIn(each)
  if (!isJsonObject(config)) return
  const { type, pattern, behavior, invert } = config
  const regex = isJsonObject(pattern) ? pattern['Regex'] : undefined
  const removes = type === 'Replace' || (behavior === 'Removed' && invert !== true)
  if (typeof regex === 'string') yield { regex, removes }
  for (const inner of [config['normalizers'], config['pretokenizers']]) yield* stepsIn(inner)
}

/** The parts of a pattern that may repeat without a limit. A repeated group is its closing bracket. */
function repeatedIn(regex: string): string[] {
  const repeated = /(\\[pP]\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|[^\\])(?:[*+]|\{\d*,\})/gsu
  return Array.from(regex.matchAll(repeated), ([, part = '']) => part)
}

const spaces = /^(\\[snrt]|[ ▁]|\[(\\[snrt]|[ ▁])+\])$/
/** Anything but a group, '.', and classes of nearly all characters, which read on until something far away appears. */
const ofOneKind = /^(?!\)|\.|\\[SDWPX]|\[(\\s\\S|\\S\\s|\\d\\D|\\D\\d|\\w\\W|\\W\\w)\]|\[\^\\?.\])/su
