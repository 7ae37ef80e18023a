/** The public types of texts: tokens, and what a model reads. */

/** One token and the part of the text it stands for: `start` and `end` count UTF-16 units of the text. */
export interface Token {
  readonly id: number
  /** What the token stands for, in whole characters: `text.slice(start, end)`, or the token's own name if it is special. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** True for a token of a pair's second text, which its span is in. */
  readonly ofPair?: true
  /** True for a token such as the start of the text, which stands for none of its characters. */
  readonly special?: boolean
}

/**
 * A text; a pair of them (a question and where its answer may be, say); token ids, which are taken as they are: a start
 * token is the caller's; or messages, for a model with a chat template. Spans of tokens are then places in the text that
 * the template makes of them.
 */
export type Input = string | TextPair | TokenIds | { readonly messages: readonly ChatMessage[] }

/** Two texts that a model reads as one input. */
export interface TextPair {
  readonly text: string
  readonly pair?: string
}

/** An input that is tokens already. */
export interface TokenIds {
  readonly ids: readonly number[]
  /** The kind of each token, for models that tell them apart; default all 0. */
  readonly typeIds?: readonly number[]
  /** 0 where a token is padding, which no other looks at; default all 1. */
  readonly attentionMask?: readonly number[]
}

/** One turn of a conversation, put into the model's own form by its chat template. */
export interface ChatMessage {
  /** 'user', 'assistant' or 'system', mostly. */
  readonly role: string
  readonly content: string
}

/**
 * The decoder's side of a run. Of a text the decoder's inputs are the start token and the text's tokens; ids are the
 * inputs themselves, the start token included.
 */
export type Target = string | Pick<TokenIds, 'ids'>
