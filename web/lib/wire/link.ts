/** The link between a client and its host, which runs in a worker or on the client's own thread. */

import { AttenscopeError, describe } from '../errors.js'
import type { Reply, Request } from './protocol.js'

/** A link to a host. */
export interface Link {
  send(request: Request): void
  /** Ends the host. */
  close(): void
}

/** The receiver of replies and failures. */
export interface LinkListener {
  onReply(reply: Reply): void
  /** The host has failed: no further reply will come. */
  onFailure(error: AttenscopeError): void
}

/** Links to a worker that runs worker.js. */
export function linkWorker(worker: Worker, listener: LinkListener): Link {
  const fail = (message: string) => {
    worker.terminate()
    listener.onFailure(new AttenscopeError('worker', message))
  }
  worker.onmessage = (event: MessageEvent<Reply>) => listener.onReply(event.data)
  worker.onmessageerror = () => fail("the worker's message could not be read; load the model again")
  worker.onerror = (event) => {
    event.preventDefault()
    fail(`the worker failed${event.message ? `: ${event.message}` : ' to start'}; load the model again`)
  }
  return {
    send: (request) => worker.postMessage(request),
    close: () => worker.terminate()
  }
}

/** The host is imported on demand: a page whose models run in workers never fetches it. */
export function openLocalLink(
  listener: LinkListener,
  importHost: () => Promise<Pick<typeof import('./host.js'), 'Host'>> = () => import('./host.js'),
  startThread?: () => Worker
): Link {
  let isOpen = true
  const host = importHost().then(
    ({ Host }) =>
      new Host(
        (reply) => {
          if (isOpen) listener.onReply(reply)
        },
        { startThread }
      )
  )
  host.catch((error: unknown) => {
    listener.onFailure(new AttenscopeError('worker', `the engine's host could not be loaded: ${describe(error)}`))
  })
  // All requests wait for the same promise, so they keep their order.
  const send = (request: Request) =>
    void host.then(
      (ready) => ready.handle(request),
      () => {}
    )
  return {
    send,
    close: () => {
      isOpen = false
      // Stops all requests in progress and frees the model. A worker does both when it is terminated.
      send({ type: 'dispose', id: 0 })
    }
  }
}
