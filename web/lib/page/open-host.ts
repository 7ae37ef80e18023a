/** Opens the host of a model: a worker, or where none can start, the page's own thread. */

import { abortedError, AttenscopeError, describe } from '../errors.js'
import { isNode } from '../sources/node-modules.js'
import type { Thread } from '../types/index.js'
import { linkWorker, openLocalLink, type Link, type LinkListener } from '../wire/link.js'
import { startWorker, threadStarter, type StartedWorker } from '../wire/start-worker.js'
import type { Notices } from './notices.js'

/** What decides the thread of a host. */
export interface HostChoice {
  /** The thread that the caller asks for; undefined for the best one. */
  readonly thread: Thread | undefined
  readonly workerUrl: URL | undefined
  readonly signal: AbortSignal | undefined
  readonly notices: Notices
  /** What the caller waits for, for the error 'aborted'. */
  readonly call: string
}

/** Starts the host's thread and returns the function that links to it. Throws 'blocked', 'worker' and 'aborted'. */
export async function openHost(choice: HostChoice): Promise<(listener: LinkListener) => Link> {
  const { thread, workerUrl, signal, notices, call } = choice
  if (thread === 'worker' && typeof Worker === 'undefined') {
    throw new AttenscopeError('unsupported', "this environment has no Worker; load with { thread: 'caller' }")
  }
  if (thread !== 'caller' && !(isNode && thread === undefined)) {
    try {
      const { worker, lock } = await unlessAborted(startWorker(workerUrl), signal, call)
      return (listener) => linkWorker(worker, listener, lock)
    } catch (error) {
      if (thread === 'worker' || (error instanceof AttenscopeError && error.code === 'aborted')) throw error
      notices.add('page-thread', describe(error))
    }
  }
  if (signal?.aborted) throw abortedError(call)
  return (listener) => openLocalLink(listener, undefined, threadStarter(workerUrl))
}

/** Waits for a worker unless the signal fires first; a worker that starts later is ended. */
function unlessAborted(
  starting: Promise<StartedWorker>,
  signal: AbortSignal | undefined,
  call: string
): Promise<StartedWorker> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      starting.then(({ worker }) => worker.terminate()).catch(() => {})
      reject(abortedError(call))
    }
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    starting.then(resolve, reject).finally(() => signal?.removeEventListener('abort', onAbort))
  })
}
