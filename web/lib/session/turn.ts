/** Lets other events in: messages, aborts, input and output. */

/** How long a job may compute before it lets others have a turn. */
export const turnMs = 30

/** Resolves in a new task, after the events that wait already. A resolved promise alone would not let them in. */
export function nextTurn(): Promise<void> {
  // Node: setImmediate; an open MessageChannel would keep the process alive. Twice, because timers that are due have their
  // turn after the first.
  if (typeof setImmediate === 'function') {
    return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  }
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
