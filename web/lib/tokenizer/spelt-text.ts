/**
 * Turns tokens into characters that know their tokens. A character that is split over byte tokens belongs to each of
 * them.
 */

/** A range [start, end) of UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A character, and the first and the last token that have a byte of it. */
export interface SpeltCharacter {
  readonly text: string
  readonly firstToken: number
  readonly lastToken: number
  /** Set for an unknown token, which may mean any text. */
  readonly isUnknown: boolean
}

/** Joins the tokens' bytes and reads them as UTF-8. `undefined` in the list is an unknown token. */
export function spellOut(tokens: readonly (Uint8Array | undefined)[]): SpeltCharacter[] {
  const characters: SpeltCharacter[] = []
  let bytes: number[] = []
  let owners: number[] = []
  const flush = () => {
    for (let at = 0; at < bytes.length;) {
      const length = sequenceLength(bytes, at)
      const text =
        length === 0
          ? '\uFFFD'
          : new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes.slice(at, at + length)))
      const end = at + Math.max(length, 1)
      characters.push({ text, firstToken: owners[at] ?? 0, lastToken: owners[end - 1] ?? 0, isUnknown: false })
      at = end
    }
    bytes = []
    owners = []
  }
  tokens.forEach((tokenBytes, token) => {
    if (tokenBytes === undefined) {
      flush()
      characters.push({ text: '', firstToken: token, lastToken: token, isUnknown: true })
    } else {
      for (const byte of tokenBytes) {
        bytes.push(byte)
        owners.push(token)
      }
    }
  })
  flush()
  return characters
}

/** The length in bytes of the UTF-8 sequence that begins at `at`, or 0 if none begins there. */
function sequenceLength(bytes: readonly number[], at: number): number {
  const first = bytes[at] ?? 0
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  for (let i = 1; i < length; ++i) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0
  return length
}

/** The text that the tokens spell, and each token's span in the text. */
export function spansOfSpelling(tokens: readonly Uint8Array[]): { text: string; spans: Span[] } {
  const spans = new SpanList(tokens.length)
  let text = ''
  for (const character of spellOut(tokens)) {
    spans.add(character, { start: text.length, end: text.length + character.text.length })
    text += character.text
  }
  return { text, spans: spans.finish() }
}

/** Collects spans token by token. */
export class SpanList {
  private readonly _spans: (Span | undefined)[]

  constructor(length: number) {
    this._spans = new Array<Span | undefined>(length).fill(undefined)
  }

  add({ firstToken, lastToken }: SpeltCharacter, { start, end }: Span): void {
    for (let token = firstToken; token <= lastToken; ++token) {
      const before = this._spans[token]
      // An empty span is only a position: the token's start must not move to before skipped white space.
      this._spans[token] =
        !before || before.start === before.end
          ? { start, end }
          : { start: before.start, end: Math.max(before.end, end) }
    }
  }

  /** The spans of all tokens. A token without a character gets an empty span at the end of the token before it. */
  finish(): Span[] {
    let end = 0
    return this._spans.map((span) => {
      const found = span ?? { start: end, end }
      end = found.end
      return found
    })
  }
}
