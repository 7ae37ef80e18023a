// Reads the work of a page's main thread from Chromium's trace.

const frameUs = 1e6 / 60

/**
 * Records a trace while `act` runs. Resolves to the time of the main thread's tasks in milliseconds, for each phase
 * that the page marked.
 */
export async function recordPhases(page, act) {
  await page.tracing.start({ categories: ['disabled-by-default-devtools.timeline', 'blink.user_timing', 'toplevel'] })
  await act()
  const { traceEvents } = JSON.parse(Buffer.from(await page.tracing.stop()).toString())
  const marks = traceEvents
    .filter(({ cat, name }) => cat === 'blink.user_timing' && name.startsWith('phase:'))
    .sort((a, b) => a.ts - b.ts)
  const thread = marks[0]
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === thread?.pid && tid === thread?.tid
  )
  const phases = marks.slice(0, -1).map(({ name, ts }, at) => {
    const end = marks[at + 1].ts
    const within = tasks.filter((task) => task.ts >= ts && task.ts < end)
    // Processor time, which other programs of a busy machine do not lengthen.
    const msOf = ({ tdur, dur }) => (tdur ?? dur) / 1000
    const frames = new Map()
    for (const task of within) {
      const frame = Math.floor((task.ts - ts) / frameUs)
      frames.set(frame, (frames.get(frame) ?? 0) + msOf(task))
    }
    // Only frames with real work: a frame that only passed on messages has less than 1 ms.
    const worked = [...frames.values()].filter((ms) => ms > 1).sort((a, b) => a - b)
    return [
      name.slice('phase:'.length),
      {
        // Until the end of the last task.
        wallMs: (Math.max(end, ...within.map((task) => task.ts + task.dur)) - ts) / 1000,
        busyMs: within.reduce((sum, task) => sum + msOf(task), 0),
        longestMs: Math.max(0, ...within.map(msOf)),
        frameMs: { median: worked.at(worked.length / 2) ?? 0, most: worked.at(-1) ?? 0 }
      }
    ]
  })
  return Object.fromEntries(phases)
}
