/** Finds out how a vocabulary spells text: which UTF-8 bytes each token string means. */

import { isJsonObject, type JsonObject } from '../formats/json.js'

/** How a vocabulary spells text. */
export interface Spelling {
  /** The UTF-8 bytes that a token means. */
  bytes(token: string): Uint8Array
  /** Whether a space comes before the token that the token itself does not contain. */
  followsSpace(token: string): boolean
  /** Whether the first token of a text has a leading space that the text does not have. */
  readonly addsLeadingSpace: boolean
}

const utf8 = new TextEncoder()

/** The spelling of a tokenizer.json, from its components if they show it, else from its model. */
export function spellingOf(tokenizer: JsonObject): Spelling {
  const types = componentTypes(tokenizer)
  const model = isJsonObject(tokenizer['model']) ? tokenizer['model'] : {}
  const never = () => false
  if (types.has('ByteLevel')) return { bytes: byteLevelBytes, followsSpace: never, addsLeadingSpace: false }
  if (model['type'] === 'WordPiece') {
    const prefix = model['continuing_subword_prefix']
    return wordPieceSpelling(typeof prefix === 'string' ? prefix : '##')
  }
  if (types.has('Metaspace') || types.has('Prepend') || types.has('ByteFallback') || model['type'] === 'Unigram') {
    return { bytes: metaspaceBytes, followsSpace: never, addsLeadingSpace: true }
  }
  const suffix = model['end_of_word_suffix']
  const hasSuffix = typeof suffix === 'string' && suffix !== ''
  return {
    bytes: (token) => utf8.encode(hasSuffix ? token.replaceAll(suffix, ' ') : token),
    followsSpace: never,
    addsLeadingSpace: false
  }
}

/**
 * GPT-2's table of bytes: a printable Latin-1 character means its own byte, the characters from U+0100 on mean the
 * other 68 bytes.
 */
const byteOfCharacter: ReadonlyMap<string, number> = (() => {
  const table = new Map<string, number>()
  let next = 0x100
  for (let byte = 0; byte < 256; ++byte) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    table.set(String.fromCharCode(printable ? byte : next++), byte)
  }
  return table
})()

const characterOfByte: readonly string[] = (() => {
  const table: string[] = []
  for (const [character, byte] of byteOfCharacter) table[byte] = character
  return table
})()

/** The text's UTF-8 bytes, written as characters of GPT-2's table. */
export function byteLevelCharacters(text: string): string {
  let characters = ''
  for (const byte of utf8.encode(text)) characters += characterOfByte[byte] ?? ''
  return characters
}

function byteLevelBytes(token: string): Uint8Array {
  const bytes: number[] = []
  for (const character of token) {
    const byte = byteOfCharacter.get(character)
    // An added token may contain other characters: it means its own text.
    if (byte === undefined) return utf8.encode(token)
    bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}

/** SentencePiece's spelling: ▁ means a space, and <0xNN> one byte of a character that is not in the vocabulary. */
function metaspaceBytes(token: string): Uint8Array {
  const byte = /^<0x([\dA-F]{2})>$/i.exec(token)
  if (byte?.[1] !== undefined) return Uint8Array.of(Number.parseInt(byte[1], 16))
  return utf8.encode(token.replaceAll('▁', ' '))
}

/** WordPiece's spelling: a token without the prefix begins a word and follows a space, except punctuation. */
function wordPieceSpelling(prefix: string): Spelling {
  return {
    bytes: (token) => utf8.encode(token.startsWith(prefix) ? token.slice(prefix.length) : token),
    followsSpace: (token) => !token.startsWith(prefix) && !/^[.,!?]$/.test(token),
    addsLeadingSpace: true
  }
}

/** The types of all normalisers, pre-tokenizers and decoders, including those inside sequences. */
function componentTypes(tokenizer: JsonObject): ReadonlySet<string> {
  const types = new Set<string>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isJsonObject(value)) return
    if (typeof value['type'] === 'string') types.add(value['type'])
    visit(value['normalizers'] ?? value['pretokenizers'] ?? value['decoders'])
  }
  visit(tokenizer['normalizer'])
  visit(tokenizer['pre_tokenizer'])
  visit(tokenizer['decoder'])
  return types
}
