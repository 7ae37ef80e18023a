/** The way between a client and its host: a worker of its own, or the same thread. */

import { AttenscopeError, describe } from '../errors.js'
import type { Reply, Request } from './protocol.js'
import { startWorker } from './start-worker.js'

export interface Link {
  send(request: Request): void
  /** Ends the other side for good. */
  close(): void
}

export interface LinkListener {
  onReply(reply: Reply): void
  /** The other side is gone: nothing more will come. */
  onFailure(error: AttenscopeError): void
}

export function openWorkerLink(listener: LinkListener): Link {
  let worker: Worker
  try {
    worker = startWorker()
  } catch (error) {
    throw new AttenscopeError('worker', `the worker could not be started: ${describe(error)}`, { cause: error })
  }
  return linkWorker(worker, listener)
}

/** Speaks to a worker that runs worker.js, however it was started. */
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

/** The host comes when it is needed: a page whose models live in workers never fetches it. */
export function openLocalLink(
  listener: LinkListener,
  importHost: () => Promise<Pick<typeof import('./host.js'), 'Host'>> = () => import('./host.js')
): Link {
  let isOpen = true
  const host = importHost().then(
    ({ Host }) =>
      new Host((reply) => {
        if (isOpen) listener.onReply(reply)
      })
  )
  host.catch((error: unknown) => {
    listener.onFailure(new AttenscopeError('worker', `the engine's host could not be loaded: ${describe(error)}`))
  })
  // Requests keep their order: they wait for the same promise.
  const send = (request: Request) =>
    void host.then(
      (ready) => ready.handle(request),
      () => {}
    )
  return {
    send,
    close: () => {
      isOpen = false
      // Ends what is under way and gives the memory back; the worker's counterpart is its termination.
      send({ type: 'dispose', id: 0 })
    }
  }
}
