/** The link between a client and its host, which runs in a worker or on the client's own thread. */

import { AttenscopeError, describe } from '../errors.js'
import type { LifeQuestion, Reply, Request, LifeSign } from './protocol.js'
import { WorkerWatch } from './worker-life.js'

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

/** Links to a worker that runs worker.js. `lock` is the lock that the worker named when it was ready. */
export function linkWorker(worker: Worker, listener: LinkListener, lock?: string): Link {
  const pending = new Set<number>()
  const close = () => {
    watch.isWaiting = false
    worker.terminate()
  }
  const fail = (message: string) => {
    close()
    listener.onFailure(new AttenscopeError('worker', message))
  }
  const watch = new WorkerWatch(
    lock,
    () => worker.postMessage({ type: 'alive?' } satisfies LifeQuestion),
    () => fail('the worker ended without a word; load the model again')
  )
  worker.onmessage = ({ data }: MessageEvent<Reply | LifeSign>) => {
    watch.heard()
    if (data.type === 'alive') return
    if (data.type === 'answer' || data.type === 'failed') pending.delete(data.id)
    watch.isWaiting = pending.size > 0
    listener.onReply(data)
  }
  worker.onmessageerror = () => fail("the worker's message could not be read; load the model again")
  worker.onerror = (event) => {
    event.preventDefault()
    fail(`the worker failed${event.message ? `: ${event.message}` : ' to start'}; load the model again`)
  }
  return {
    send(request) {
      if (request.type !== 'abort') {
        watch.isWaiting = true
        pending.add(request.id)
      }
      try {
        worker.postMessage(request)
      } catch (error) {
        // The options cannot be cloned; the client reports it.
        pending.delete(request.id)
        watch.isWaiting = pending.size > 0
        throw error
      }
    },
    close
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
