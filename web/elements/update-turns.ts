/** How long the updates of a page's elements may take of one task: the others have a task of their own, and events come between. */

/** What begins within this time may take longer; a phone takes four times as long, and 50 ms are felt. */
const MOST_MS = 4

/** Resolves in a new task, after the events that wait already. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

/** What could not be done at once, in the order in which it was asked for. */
const waiting: (() => void)[] = []
let beganMs: number | undefined
let isDefining = true

/** Whether this task has time for another update. */
function hasTime(): boolean {
  if (beganMs === undefined) {
    beganMs = performance.now()
    void nextTask().then(() => (beganMs = undefined))
  }
  return performance.now() - beganMs < MOST_MS
}

async function doWaiting(): Promise<void> {
  while (waiting.length > 0) {
    await nextTask()
    // The definitions have taken their own task's time. What stands in the page comes in the next, all of it together: what
    // came alone would have to move.
    const together = isDefining ? waiting.length : 1
    isDefining = false
    beganMs = performance.now()
    for (let done = 0; waiting.length > 0 && (done < together || hasTime()); done++) waiting.shift()?.()
    beganMs = undefined
  }
}

/** Acts at once where this task has time for it; else in a task that has, when the promise resolves. */
export function inTurn<Result>(act: () => Result): Result | Promise<Result> {
  if (!isDefining && waiting.length === 0 && hasTime()) return act()
  return new Promise((resolve, reject) => {
    waiting.push(() => {
      try {
        resolve(act())
      } catch (error) {
        reject(error)
      }
    })
    if (waiting.length === 1) void doWaiting()
  })
}
