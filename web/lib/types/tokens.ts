/** The public types of texts: tokens, and the inputs of a model. */

/** One token and its span in the text: `start` (included) and `end` (excluded) count UTF-16 units. */
export interface Token {
  readonly id: number
  /** The token's text in whole characters: `text.slice(start, end)`, or the token's name if the token is special. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** True for a token of a pair's second text. The span is then in that text. */
  readonly ofPair?: true
  /** True for a token without characters in the text, such as the start token. */
  readonly special?: boolean
}

/**
 * The input of a model:
 * - a text;
 * - a pair of texts, such as a question and the passage with its answer;
 * - token ids, to which no start token is added;
 * - messages, for a model with a chat template. The spans of tokens are then in the text that the template makes.
 */
export type Input = string | TextPair | TokenIds | { readonly messages: readonly ChatMessage[] }

/** A text, or two texts that a model reads as one input. */
export interface TextPair {
  readonly text: string
  readonly pair?: string
}

/** An input of token ids. */
export interface TokenIds {
  readonly ids: readonly number[]
  /** The token type of each token (0 or 1 in BERT: the first or the second text); default all 0. */
  readonly typeIds?: readonly number[]
  /** 0 for a padding token, which no query sees; 1 for any other token. Default all 1. */
  readonly attentionMask?: readonly number[]
}

/** One message of a conversation. The model's chat template makes a text of the messages. */
export interface ChatMessage {
  /** The speaker, mostly 'user', 'assistant' or 'system'. */
  readonly role: string
  readonly content: string
}

/**
 * The target of an encoder–decoder: a text, or token ids. For a text, the decoder reads the start token and then the
 * tokens of the text. For ids, the decoder reads exactly these ids, so that they begin with the start token.
 */
export type Target = string | Pick<TokenIds, 'ids'>
