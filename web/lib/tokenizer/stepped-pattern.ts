/**
 * Runs a regular expression in steps that are counted and never repeated, so that no pattern can hang: backtracking with
 * a memory of failures (Davis et al. 2021, "Using Selective Memoization to Defeat Regular Expression Denial of Service").
 */

import type { Budget } from './budget.js'
import { compileProgram, type Program } from './pattern-program.js'

/** A match [from, to) in UTF-16 units. */
export interface Match {
  readonly from: number
  readonly to: number
}

/** The most bits for the failures of one text: 64 MiB. */
const maxFailures = 2 ** 29

/** A pattern that has the matches of its RegExp. The time for a text grows linearly with the text's length. */
export class SteppedPattern {
  private readonly _program: Program

  /** Throws an Error for a pattern that cannot run in steps, such as one that refers back to a group. */
  constructor(pattern: RegExp) {
    this._program = compileProgram(pattern)
  }

  /** All matches, as String.matchAll finds them. Throws 'tokenizer' when the text has used up its budget. */
  *matches(text: string, budget: Budget): Generator<Match> {
    const search = new Search(this._program, text, budget)
    for (let from = 0; from <= text.length;) {
      const to = search.match(from)
      if (to !== undefined) yield { from, to }
      from = to !== undefined && to > from ? to : from + widthAt(text, from)
    }
  }
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

/** The work of a search's entry in a set, which takes longer than a bit. */
const setWork = 8

/** The forks that have failed at a position, or are being tried there. */
interface Tried {
  has(fork: number, at: number): boolean
  add(fork: number, at: number): void
}

/** A bit for each fork and position. */
export class TriedBits implements Tried {
  private readonly _words: number
  private readonly _bits: Uint32Array

  constructor(forks: number, positions: number) {
    this._words = Math.ceil(forks / 32)
    this._bits = new Uint32Array(this._words * positions)
  }

  has(fork: number, at: number): boolean {
    return ((this._bits[at * this._words + (fork >>> 5)] ?? 0) & (1 << (fork & 31))) !== 0
  }

  add(fork: number, at: number): void {
    const word = at * this._words + (fork >>> 5)
    this._bits[word] = (this._bits[word] ?? 0) | (1 << (fork & 31))
  }

  forget(at: number): void {
    this._bits.fill(0, at * this._words, (at + 1) * this._words)
  }
}

/** The same for the searches of the steps that look around, which are usually short. */
class TriedSet implements Tried {
  private readonly _tried = new Set<number>()
  private readonly _forks: number
  private readonly _budget: Budget

  constructor(forks: number, budget: Budget) {
    this._forks = forks
    this._budget = budget
  }

  has(fork: number, at: number): boolean {
    return this._tried.has(at * this._forks + fork)
  }

  add(fork: number, at: number): void {
    this._budget.spend(setWork)
    this._tried.add(at * this._forks + fork)
  }
}

class Search {
  private readonly _program: Program
  private readonly _text: string
  private readonly _budget: Budget
  private readonly _tried: TriedBits
  /** The answers of the steps that look around, by step and position. */
  private readonly _looks = new Map<number, Map<number, boolean>>()
  /** The failures of the steps that look ahead since their last success, by step. */
  private readonly _failures = new Map<number, TriedSet>()

  constructor(program: Program, text: string, budget: Budget) {
    this._program = program
    this._text = text
    this._budget = budget
    const positions = text.length + 1
    // Making room for the failures is work too.
    budget.spend(program.forks * positions > maxFailures ? Infinity : (program.forks * positions) / 32)
    this._tried = new TriedBits(program.forks, positions)
  }

  /** The end of the match that begins at `start`. */
  match(start: number): number | undefined {
    const end = this._run(0, start, this._tried)
    // The forks of a match have not failed. The next match begins at its end, so only those at the end are forgotten.
    if (end !== undefined) this._tried.forget(end)
    return end
  }

  /** Tries the program from a step on. `mustEnd` is the position where the match must end, if there is one. */
  private _run(first: number, start: number, tried: Tried, mustEnd?: number): number | undefined {
    const { _text: text, _budget: budget } = this
    const { steps } = this._program
    // The choices still open: pairs of a step and a position.
    const open = [first, start]
    let spent = 0
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      let next = open.pop() ?? 0
      for (let goesOn = true; goesOn;) {
        const step = steps[next]
        if ((++spent & 1023) === 0) budget.spend(1024)
        switch (step?.kind) {
          case 'read': {
            const code = text.codePointAt(at)
            if (code === undefined) {
              goesOn = false
              break
            }
            const width: number = code > 0xffff ? 2 : 1
            goesOn = step.accepts(width === 1 ? (text[at] ?? '') : text.slice(at, at + 2))
            at += width
            next += 1
            break
          }
          case 'fork':
            goesOn = !tried.has(step.number, at)
            if (!goesOn) break
            tried.add(step.number, at)
            open.push(step.second, at)
            next = step.first
            break
          case 'moved':
            goesOn = !tried.has(step.fork, at)
            next += 1
            break
          case 'jump':
            next = step.to
            break
          case 'edge':
            goesOn = step.holds(text, at)
            next += 1
            break
          case 'look':
            goesOn = this._looksAs(next, step.from, step.behind, at) !== step.isNegative
            next = step.next
            break
          default:
            if (mustEnd === undefined || at === mustEnd) {
              budget.spend(spent & 1023)
              return at
            }
            goesOn = false
        }
      }
    }
    budget.spend(spent & 1023)
    return undefined
  }

  /** Whether the program from `first` on matches the text after a position, or the text before it (`behind`). */
  private _looksAs(step: number, first: number, behind: number | undefined, at: number): boolean {
    const answers = this._looks.get(step) ?? new Map<number, boolean>()
    this._looks.set(step, answers)
    const known = answers.get(at)
    if (known !== undefined) return known
    const answer = behind === undefined ? this._matchesAfter(first, at) : this._matchesBefore(first, at, behind)
    answers.set(at, answer)
    return answer
  }

  private _matchesAfter(first: number, at: number): boolean {
    const failures = this._failures.get(first) ?? new TriedSet(this._program.forks, this._budget)
    const matches = this._run(first, at, failures) !== undefined
    if (matches) this._failures.delete(first)
    else this._failures.set(first, failures)
    return matches
  }

  private _matchesBefore(first: number, at: number, longest: number): boolean {
    for (let start = at; start >= Math.max(0, at - longest); --start) {
      if (start > 0 && widthAt(this._text, start - 1) === 2) continue
      const tried = new TriedSet(this._program.forks, this._budget)
      if (this._run(first, start, tried, at) !== undefined) return true
    }
    return false
  }
}
