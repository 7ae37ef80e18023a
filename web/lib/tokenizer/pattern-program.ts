/** Turns the parts of a regular expression into the steps that stepped-pattern.ts takes (Thompson 1968). */

import { partsOfPattern, type Edge, type Part } from './pattern-parts.js'

/** A step of the machine, at its index in a program. */
export type Step =
  /** Reads one character. */
  | { readonly kind: 'read'; readonly accepts: (character: string) => boolean }
  /** Goes on at `first`, and where this fails at `second`. `number` counts the forks of the program. */
  | { readonly kind: 'fork'; first: number; second: number; readonly number: number }
  | { readonly kind: 'jump'; to: number }
  /** Goes on where the fork with this number has not been: there, a time of its repetition was empty. */
  | { readonly kind: 'moved'; readonly fork: number }
  /** Goes on where the condition holds between two characters. */
  | { readonly kind: 'edge'; readonly holds: (text: string, at: number) => boolean }
  /** Goes on where the program from `from` on matches, or does not match, the text around. `next` is the step after it. */
  | {
      readonly kind: 'look'
      readonly from: number
      readonly behind: number | undefined
      readonly isNegative: boolean
      next: number
    }
  | { readonly kind: 'match' }

/** A program. It starts at step 0. */
export interface Program {
  readonly steps: readonly Step[]
  readonly forks: number
}

/** The most steps. A repetition such as x{1000} has a step for each time. */
const maxSteps = 20_000

/** The program of a RegExp with the flag 'u'. Throws an Error for a pattern that the machine does not know. */
export function compileProgram(pattern: RegExp): Program {
  const compiler = new Compiler()
  compiler.add(partsOfPattern(pattern))
  compiler.push({ kind: 'match' })
  return { steps: compiler.steps, forks: compiler.forks }
}

class Compiler {
  readonly steps: Step[] = []
  forks = 0
  private readonly _sets = new Map<string, (character: string) => boolean>()

  push<Made extends Step>(step: Made): Made {
    if (this.steps.length >= maxSteps) throw new Error(`it has more than ${maxSteps} steps`)
    this.steps.push(step)
    return step
  }

  add(part: Part): void {
    switch (part.kind) {
      case 'character':
        return void this.push({ kind: 'read', accepts: this._set(part) })
      case 'edge': {
        const holds = edges[part.edge]
        return void this.push({ kind: 'edge', holds: (text, at) => holds(text, at, part.multiline) })
      }
      case 'sequence':
        return part.parts.forEach((each) => this.add(each))
      case 'choice':
        return this._addChoice(part.parts)
      case 'repeat':
        return this._addRepeat(part)
      case 'look': {
        const behind = part.isAhead ? undefined : longestOf(part.part)
        const look = this.push({
          kind: 'look',
          from: this.steps.length + 1,
          behind,
          isNegative: part.isNegative,
          next: 0
        })
        this.add(part.part)
        this.push({ kind: 'match' })
        look.next = this.steps.length
      }
    }
  }

  private _addChoice(parts: readonly Part[]): void {
    const jumps: { to: number }[] = []
    parts.forEach((part, i) => {
      const isLast = i === parts.length - 1
      const fork = isLast ? undefined : this._fork()
      this.add(part)
      if (!isLast) jumps.push(this.push({ kind: 'jump', to: 0 }))
      if (fork) fork.second = this.steps.length
    })
    for (const jump of jumps) jump.to = this.steps.length
  }

  private _addRepeat({ part, least, most, isGreedy }: Extract<Part, { kind: 'repeat' }>): void {
    if (most === 0) return
    // Such a time would count as empty although a longer way through the group is still open.
    if (most > least && shortestOf(part) === 0 && prefersEmpty(part)) {
      throw new Error('it repeats a group that prefers to be empty')
    }
    const isEmpty = longestOf(part) === 0
    if (isEmpty && (least > 1 || most > 1)) {
      return this._addRepeat({ kind: 'repeat', part, least: Math.min(least, 1), most: 1, isGreedy })
    }
    // The steps of the last required time can serve all further times, unless a time may be empty.
    const shares = most === Infinity && least > 0 && shortestOf(part) > 0
    for (let time = shares ? 1 : 0; time < least; ++time) this.add(part)
    if (shares) {
      const start = this.steps.length
      this.add(part)
      const fork = this._fork()
      if (isGreedy) [fork.first, fork.second] = [start, this.steps.length]
      else [fork.first, fork.second] = [this.steps.length, start]
    } else if (most === Infinity) {
      const start = this.steps.length
      const fork = this._fork()
      this.add(part)
      this.push({ kind: 'jump', to: start })
      this._leave(fork, isGreedy)
    } else {
      const forks: Extract<Step, { kind: 'fork' }>[] = []
      for (let time = least; time < most; ++time) {
        const fork = this._fork()
        forks.push(fork)
        this.add(part)
        if (shortestOf(part) === 0) this.push({ kind: 'moved', fork: fork.number })
      }
      for (const fork of forks) this._leave(fork, isGreedy)
    }
  }

  /** A fork that goes on at the step after it. */
  private _fork(): Extract<Step, { kind: 'fork' }> {
    const next = this.steps.length + 1
    return this.push({ kind: 'fork', first: next, second: next, number: this.forks++ })
  }

  /** Makes a fork leave its repetition for the step that comes next: as second choice if the repetition is greedy. */
  private _leave(fork: Extract<Step, { kind: 'fork' }>, isGreedy: boolean): void {
    if (isGreedy) fork.second = this.steps.length
    else [fork.first, fork.second] = [this.steps.length, fork.first]
  }

  /** The native RegExp answers which characters a class, an escape or a letter means; the answers are kept. */
  private _set({ source, ignoreCase, dotAll }: Extract<Part, { kind: 'character' }>): (character: string) => boolean {
    const flags = `u${ignoreCase ? 'i' : ''}${dotAll ? 's' : ''}`
    const key = `${flags}/${source}`
    const made = this._sets.get(key) ?? keepAnswers(new RegExp(`^${source}$`, flags))
    this._sets.set(key, made)
    return made
  }
}

function keepAnswers(pattern: RegExp): (character: string) => boolean {
  const answers = new Map<string, boolean>()
  return (character) => {
    const known = answers.get(character)
    if (known !== undefined) return known
    const answer = pattern.test(character)
    answers.set(character, answer)
    return answer
  }
}

const edges: Readonly<Record<Edge, (text: string, at: number, multiline: boolean) => boolean>> = {
  '^': (text, at, multiline) => at === 0 || (multiline && isLineEnd(text[at - 1])),
  $: (text, at, multiline) => at === text.length || (multiline && isLineEnd(text[at])),
  '\\b': (text, at) => isWord(text[at - 1]) !== isWord(text[at]),
  '\\B': (text, at) => isWord(text[at - 1]) === isWord(text[at])
}

function isLineEnd(unit = ''): boolean {
  return /[\n\r\u2028\u2029]/.test(unit)
}

function isWord(unit = ''): boolean {
  return /\w/.test(unit)
}

/** The fewest UTF-16 units that a part matches. */
function shortestOf(part: Part): number {
  switch (part.kind) {
    case 'character':
      return 1
    case 'sequence':
      return part.parts.reduce((sum, each) => sum + shortestOf(each), 0)
    case 'choice':
      return Math.min(...part.parts.map(shortestOf))
    case 'repeat':
      return part.least === 0 ? 0 : part.least * shortestOf(part.part)
    default:
      return 0
  }
}

/** Whether a part that may be empty tries to be empty before it tries to be longer. */
function prefersEmpty(part: Part): boolean {
  switch (part.kind) {
    case 'sequence':
      return part.parts.some(prefersEmpty)
    case 'choice':
      return part.parts.some(prefersEmpty) || part.parts.slice(0, -1).some((each) => shortestOf(each) === 0)
    case 'repeat':
      return (part.most > part.least && !part.isGreedy) || prefersEmpty(part.part)
    default:
      return false
  }
}

/** The most UTF-16 units that a part matches. */
function longestOf(part: Part): number {
  switch (part.kind) {
    case 'character':
      return 2
    case 'sequence':
      return part.parts.reduce((sum, each) => sum + longestOf(each), 0)
    case 'choice':
      return Math.max(...part.parts.map(longestOf))
    case 'repeat': {
      const once = longestOf(part.part)
      return once === 0 || part.most === 0 ? 0 : part.most * once
    }
    default:
      return 0
  }
}
