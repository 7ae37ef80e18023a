/** Compares the results of two sides that do the same work, then times them in turns. */

/** One side of a row: the engine, or the code that it is compared with. */
export interface Side {
  /** Untimed work before each timed call. */
  prepare?(): void | Promise<void>
  /** The timed work, from inputs in JavaScript's memory to a result in JavaScript's memory. */
  run(): Float32Array | Promise<Float32Array>
  /** The result to compare, when the result of the timed work contains too little. */
  compared?(): Float32Array | Promise<Float32Array>
}

export interface Contest {
  readonly ours: Side
  readonly peer: Side
  /** The number of units of work in one call, such as the tokens of a stream; 1 by default. */
  readonly units?: number
  /** The largest difference between two numbers of the results that rounding can explain. */
  readonly tolerance: number
  /** The smallest allowed ratio of the largest number to the tolerance; 100 by default. */
  readonly signal?: number
  /**
   * The largest allowed ratio of the engine's time to the other side's time. Without a ceiling, the row reports the
   * ratio itself.
   */
  readonly ceiling?: number
}

/** A row that is compared with a number. */
export interface Gauge {
  /** Returns one reading. */
  readonly gauge: () => number | Promise<number>
  readonly unit: 'ms' | 'bytes'
  /** The largest allowed reading. */
  readonly ceiling: number
  /** Whether every reading is the same, so that one is enough. */
  readonly fixed?: boolean
}

export interface Agreement {
  /** The largest absolute difference; NaN when either result contains NaN. */
  readonly difference: number
  readonly tolerance: number
  /** The largest absolute value of the peer's result. */
  readonly largest: number
  readonly agrees: boolean
}

/** The time of each sample in milliseconds, in order. ours[i] and peer[i] were timed one right after the other. */
export interface Measurement {
  readonly ceiling?: number
  readonly agreement: Agreement
  readonly ours: readonly number[]
  readonly peer: readonly number[]
}

/** The readings of a gauge. */
export interface Reading extends Omit<Gauge, 'gauge'> {
  readonly readings: readonly number[]
}

export interface Effort {
  /** The smallest number of pairs of samples. */
  readonly samples: number
  /** 'cpu', only in Node, counts processor time of this process, so that other work on the machine matters less. */
  readonly clock: keyof typeof clocks
}

const clocks = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
}

/** The untimed calls of both sides before the first sample, until the runtime has compiled the hot code. */
const warmUp = { pairs: 5, milliseconds: 1500 }

/**
 * A sample adds up calls until the faster side reaches this time. On a busy machine, a call that fits into one time
 * slice of the processor would otherwise look too fast.
 */
const sampleMilliseconds = 25

/** A coarse clock may report 0 for a short call. */
const finestMilliseconds = 0.1

/** Fast rows take more samples than requested, until this time is reached. */
const shortestMilliseconds = 2000

/** Results that are all close to zero would agree whatever was computed. */
const leastSignal = 100

export async function measure(row: Contest | Gauge, effort: Effort): Promise<Measurement | Reading> {
  return 'gauge' in row ? read(row, effort) : compete(row, effort)
}

async function read({ gauge, ...limits }: Gauge, { samples }: Effort): Promise<Reading> {
  const readings: number[] = []
  for (let i = 0; i < warmUp.pairs && !limits.fixed; i++) await gauge()
  do readings.push(await gauge())
  while (readings.length < samples && !limits.fixed)
  return { ...limits, readings }
}

async function compete(contest: Contest, { samples, clock }: Effort): Promise<Measurement> {
  const { ours, peer, tolerance, signal, units = 1, ceiling } = contest
  const agreement = compare(await once(ours), await once(peer), tolerance, signal)
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] }
  const limits = ceiling === undefined ? {} : { ceiling }
  if (!agreement.agrees) return { ...limits, agreement, ...times }

  const now = clocks[clock]
  const calls = await warm(contest, now)
  let timed = 0
  while (times.ours.length < samples || timed < shortestMilliseconds) {
    const mine = await time(ours, calls, now)
    const theirs = await time(peer, calls, now)
    times.ours.push(mine / calls / units)
    times.peer.push(theirs / calls / units)
    timed += mine + theirs
  }
  return { ...limits, agreement, ...times }
}

/** Warms up both sides, and returns the number of calls in a sample. */
async function warm({ ours, peer }: Contest, now: () => number): Promise<number> {
  const start = performance.now()
  let shortest = Infinity
  for (let pair = 0; pair < warmUp.pairs || performance.now() - start < warmUp.milliseconds; pair++) {
    shortest = Math.min(shortest, await time(ours, 1, now), await time(peer, 1, now))
  }
  return Math.ceil(sampleMilliseconds / Math.max(shortest, finestMilliseconds))
}

async function once(side: Side): Promise<Float32Array> {
  await side.prepare?.()
  return side.compared ? side.compared() : side.run()
}

/** Returns the time of `calls` calls in milliseconds. */
async function time(side: Side, calls: number, now: () => number): Promise<number> {
  let total = 0
  for (let call = 0; call < calls; call++) {
    await side.prepare?.()
    const start = now()
    await side.run()
    total += now() - start
  }
  return total
}

export function compare(ours: Float32Array, peer: Float32Array, tolerance: number, signal = leastSignal): Agreement {
  let difference = ours.length === peer.length ? 0 : NaN
  let largest = 0
  peer.forEach((theirs, i) => {
    // Math.max stays NaN once an argument is NaN.
    difference = Math.max(difference, Math.abs((ours[i] ?? NaN) - theirs))
    largest = Math.max(largest, Math.abs(theirs))
  })
  return { difference, tolerance, largest, agrees: difference <= tolerance && largest >= signal * tolerance }
}
