/** How a tokenizer's vocabulary spells text: which UTF-8 bytes each of its token strings stands for. */

import { isJsonObject, type JsonObject } from '../formats/json.js'

export interface Spelling {
  /** The bytes that a token stands for. */
  bytes(token: string): Uint8Array
  /** Whether a space stands before it, which it does not spell itself. */
  followsSpace(token: string): boolean
  /** Whether the first token of a text carries a space that the text does not have. */
  readonly addsLeadingSpace: boolean
}

const utf8 = new TextEncoder()

/** Works out the spelling from tokenizer.json: its components say it best, then its model. */
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

/** GPT-2's table: printable Latin-1 characters stand for themselves, the other 68 bytes for the characters from U+0100 on. */
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

/** A text's bytes in that table. */
export function byteLevelCharacters(text: string): string {
  let characters = ''
  for (const byte of utf8.encode(text)) characters += characterOfByte[byte] ?? ''
  return characters
}

function byteLevelBytes(token: string): Uint8Array {
  const bytes: number[] = []
  for (const character of token) {
    const byte = byteOfCharacter.get(character)
    // An added token may hold any character: it stands for itself.
    if (byte === undefined) return utf8.encode(token)
    bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}

/** SentencePiece: ▁ is a space, and <0xNN> a byte of a character that the vocabulary lacks. */
function metaspaceBytes(token: string): Uint8Array {
  const byte = /^<0x([\dA-F]{2})>$/i.exec(token)
  if (byte?.[1] !== undefined) return Uint8Array.of(Number.parseInt(byte[1], 16))
  return utf8.encode(token.replaceAll('▁', ' '))
}

/** A piece without the prefix begins a word, which follows a space; punctuation follows without one. */
function wordPieceSpelling(prefix: string): Spelling {
  return {
    bytes: (token) => utf8.encode(token.startsWith(prefix) ? token.slice(prefix.length) : token),
    followsSpace: (token) => !token.startsWith(prefix) && !/^[.,!?]$/.test(token),
    addsLeadingSpace: true
  }
}

/** The types of every normaliser, pre-tokenizer and decoder, those inside sequences too. */
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
