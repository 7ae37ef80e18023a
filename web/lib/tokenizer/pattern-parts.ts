/** Reads the source of a regular expression into its parts. The source has compiled as a RegExp, so its syntax is right. */

/** A part of a regular expression. */
export type Part =
  | { readonly kind: 'character'; readonly source: string; readonly ignoreCase: boolean; readonly dotAll: boolean }
  | { readonly kind: 'edge'; readonly edge: Edge; readonly multiline: boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly parts: readonly Part[] }
  | {
      readonly kind: 'repeat'
      readonly part: Part
      readonly least: number
      readonly most: number
      readonly isGreedy: boolean
    }
  | { readonly kind: 'look'; readonly part: Part; readonly isAhead: boolean; readonly isNegative: boolean }

/** An assertion about a position: start, end, word boundary or none. */
export type Edge = '^' | '$' | '\\b' | '\\B'

interface Modes {
  readonly i: boolean
  readonly m: boolean
  readonly s: boolean
}

/** The deepest nesting of groups. */
const deepest = 100

/** Parses a RegExp with the flag 'u'. Throws an Error for a backreference and for groups nested too deep. */
export function partsOfPattern({ source, flags }: RegExp): Part {
  const modes = { i: flags.includes('i'), m: flags.includes('m'), s: flags.includes('s') }
  return new PatternReader(source).choice(modes, 0)
}

class PatternReader {
  private readonly _source: string
  private _at = 0

  constructor(source: string) {
    this._source = source
  }

  /** Alternatives up to the end of the group or of the pattern. */
  choice(modes: Modes, depth: number): Part {
    if (depth > deepest) throw new Error(`its groups are nested deeper than ${deepest} levels`)
    const parts = [this._sequence(modes, depth)]
    while (this._take(/\|/y) !== undefined) parts.push(this._sequence(modes, depth))
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts }
  }

  private _sequence(modes: Modes, depth: number): Part {
    const parts: Part[] = []
    while (this._at < this._source.length && !/[|)]/.test(this._source[this._at] ?? '')) {
      parts.push(this._repeated(this._single(modes, depth)))
    }
    return { kind: 'sequence', parts }
  }

  private _single(modes: Modes, depth: number): Part {
    const edge = this._take(/[$^]|\\[bB]/y)
    if (edge !== undefined) return { kind: 'edge', edge: edge as Edge, multiline: modes.m }
    const group = this._take(/\((\?(?:[:=!]|<[=!]|<[^>]+>|[ims]*(?:-[ims]*)?:))?/y)
    if (group !== undefined) {
      const part = this.choice(modesOf(group, modes), depth + 1)
      this._take(/\)/y)
      const isLook = /^\(\?<?[=!]/.test(group)
      return isLook ? { kind: 'look', part, isAhead: !group.includes('<'), isNegative: group.endsWith('!') } : part
    }
    if (this._take(/\\(?:[1-9]\d*|k<[^>]*>)/y) !== undefined) throw new Error('it refers back to a group')
    const escape = /\\(?:u\{[^}]*\}|u[Dd][89ABab]..\\u[Dd][C-Fc-f]..|u....|x..|c.|[pP]\{[^}]*\}|[^])/uy
    const source = this._take(escape) ?? this._class() ?? this._take(/[^]/uy) ?? ''
    return { kind: 'character', source, ignoreCase: modes.i, dotAll: modes.s }
  }

  /** A class of characters in brackets. With the flag 'u' classes do not nest. */
  private _class(): string | undefined {
    return this._take(/\[(?:\\[^]|[^\\\]])*\]/uy)
  }

  private _repeated(part: Part): Part {
    const written = this._take(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y)
    if (written === undefined) return part
    const isGreedy = !/.\?$/.test(written)
    const [, from, comma, to] = /^\{(\d+)(,)?(\d*)/.exec(written) ?? []
    const least = from === undefined ? (written.startsWith('+') ? 1 : 0) : Number(from)
    const most = from === undefined ? (written.startsWith('?') ? 1 : Infinity) : comma ? Number(to || Infinity) : least
    return { kind: 'repeat', part, least, most, isGreedy }
  }

  private _take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this._at
    const found = pattern.exec(this._source)?.[0]
    if (found !== undefined) this._at += found.length
    return found
  }
}

/** The modes in a group such as (?i:…) or (?-i:…). */
function modesOf(group: string, modes: Modes): Modes {
  const [, on, off = ''] = /^\(\?([ims]*)(?:-([ims]*))?:/.exec(group) ?? []
  if (on === undefined) return modes
  const mode = (name: keyof Modes) => (modes[name] || on.includes(name)) && !off.includes(name)
  return { i: mode('i'), m: mode('m'), s: mode('s') }
}
