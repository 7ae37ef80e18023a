/** How long the updates of a page's elements may take of one task: the others have a task of their own, and events come between. */

/** What begins within this time may take longer; a phone takes four times as long, and 50 ms are felt. */
const MOST_MS = 4
/** After such a rest another frame has begun. */
const FRAME_MS = 16

/** What could not be done at once, in the order in which it was asked for. */
const waiting: (() => void)[] = []
let spentMs = 0
let endedMs = -Infinity
let isDefining = true
let isWorking = false

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

function hasTime(): boolean {
  if (performance.now() - endedMs > FRAME_MS) spentMs = 0
  return spentMs < MOST_MS
}

function spend<Result>(act: () => Result): Result {
  const beganMs = performance.now()
  try {
    return act()
  } finally {
    endedMs = performance.now()
    spentMs += endedMs - beganMs
  }
}

async function doWaiting(): Promise<void> {
  // What acts may itself ask for a turn.
  if (isWorking) return
  isWorking = true
  while (waiting.length > 0) {
    await nextTask()
    // The definitions have taken their own task's time. What stands in the page comes in the next, all of it together: what
    // came alone would have to move.
    const together = isDefining ? waiting.length : 1
    isDefining = false
    spentMs = 0
    for (let done = 0; waiting.length > 0 && (done < together || hasTime()); done++) {
      const act = waiting.shift()
      if (act) spend(act)
    }
  }
  isWorking = false
}

/** Acts at once where there is time for it; else in a task that has, when the promise resolves. */
export function inTurn<Result>(act: () => Result): Result | Promise<Result> {
  if (!isDefining && waiting.length === 0 && hasTime()) return spend(act)
  return new Promise((resolve, reject) => {
    waiting.push(() => {
      try {
        resolve(act())
      } catch (error) {
        reject(error)
      }
    })
    void doWaiting()
  })
}
