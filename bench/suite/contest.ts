/** Lets two sides do the same work: compares what they computed, then times them in turns. */

/** One side of a row: the engine or what it is measured against. */
export interface Side {
  /** What has to happen before each timed call and is not timed. */
  prepare?(): void | Promise<void>
  /** The work, from inputs in JavaScript's memory to a result in JavaScript's memory. */
  run(): Float32Array | Promise<Float32Array>
  /** What is compared, where the result of the timed work says too little. */
  compared?(): Float32Array | Promise<Float32Array>
}

export interface Contest {
  readonly ours: Side
  readonly peer: Side
  /** How often one call does what the row times: tokens of a stream. Once unless said. */
  readonly units?: number
  /** The largest difference between two numbers of the results that rounding explains. */
  readonly tolerance: number
  /** How many times larger than the tolerance the largest number has to be: 100 unless said. */
  readonly signal?: number
  /** The most that ours may take, in times of what the other side takes; where there is none, the ratio is what counts. */
  readonly ceiling?: number
}

/** A row that is held against a number. */
export interface Gauge {
  /** What one call gives. */
  readonly gauge: () => number | Promise<number>
  readonly unit: 'ms' | 'bytes'
  /** The most that it may give. */
  readonly ceiling: number
  /** Whether it gives the same each time, so that once is enough. */
  readonly fixed?: boolean
}

export interface Agreement {
  /** The largest absolute difference; NaN where either result has one. */
  readonly difference: number
  readonly tolerance: number
  /** The largest absolute value of the peer's result. */
  readonly largest: number
  readonly agrees: boolean
}

/** Milliseconds of each sample, in order: ours[i] and peer[i] were taken one right after the other. */
export interface Measurement {
  readonly ceiling?: number
  readonly agreement: Agreement
  readonly ours: readonly number[]
  readonly peer: readonly number[]
}

/** What a gauge gave, sample by sample. */
export interface Reading extends Omit<Gauge, 'gauge'> {
  readonly readings: readonly number[]
}

export interface Effort {
  /** Pairs of samples that are taken at least. */
  readonly samples: number
  /** 'cpu', in Node only, counts the time that the process was on a processor, whatever else the machine was doing. */
  readonly clock: keyof typeof clocks
}

const clocks = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
}

/** Both sides run at least so often and so long before they are timed, until the runtime has compiled what is hot. */
const warmUp = { pairs: 5, milliseconds: 1500 }

/**
 * A sample sums up calls until the quicker side takes so long. On a busy machine a call that is over within one slice of
 * the processor would otherwise look better than one that is not.
 */
const sampleMilliseconds = 25

/** A coarse clock may take a call for nothing. */
const finestMilliseconds = 0.1

/** Quick rows take more samples than asked for, until they have been timed for so long. */
const shortestMilliseconds = 2000

/** Results that are all about zero agree whatever was computed. */
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

/** Warms both sides up, and finds how many calls make a sample. */
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

/** Milliseconds of so many calls. */
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
    // Math.max keeps a NaN once it has one.
    difference = Math.max(difference, Math.abs((ours[i] ?? NaN) - theirs))
    largest = Math.max(largest, Math.abs(theirs))
  })
  return { difference, tolerance, largest, agrees: difference <= tolerance && largest >= signal * tolerance }
}
