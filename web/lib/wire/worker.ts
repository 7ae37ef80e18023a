/**
 * The worker's own script: a host whose client is the page that started the worker, or a thread of the engine.
 *
 * The script must stay one file without imports, so that it also runs from a blob: bundlers and pages may move it.
 */

import { runThread } from '../engine/engine.js'
import { Host, type PostReply } from './host.js'
import { threadName, type LifeQuestion, type LifeSign, type Request, type WorkerReady } from './protocol.js'
import { trustedAddress } from './trusted-address.js'
import { WorkerLife } from './worker-life.js'

/** The used part of a worker's global scope. The types of a page declare another postMessage. */
interface WorkerScope {
  readonly name: string
  importScripts(): void
  postMessage(message: unknown, transfer?: Transferable[]): void
  onmessage: ((event: MessageEvent<Request | LifeQuestion>) => void) | null
}

const scope = globalThis as unknown as WorkerScope

/** The type of this worker's script. `importScripts` exists in both types, but a module must not call it. */
function typeOfScript(): WorkerType {
  try {
    scope.importScripts()
    return 'classic'
  } catch {
    return 'module'
  }
}

/** Starts this script again, as a thread of the engine. */
const startThread = () => new Worker(trustedAddress(location.href), { type: typeOfScript(), name: threadName })

if (scope.name === threadName) {
  void runThread()
} else {
  const life = new WorkerLife()
  const reply: PostReply = (message, transfer) => {
    scope.postMessage(message, transfer)
    if (message.type === 'answer' || message.type === 'failed') life.end()
  }
  const host = new Host(reply, { startThread })
  scope.onmessage = ({ data }) => {
    if (data.type === 'alive?') return scope.postMessage({ type: 'alive' } satisfies LifeSign)
    if (data.type !== 'abort') life.begin()
    host.handle(data)
  }
  scope.postMessage({ type: 'ready', lock: life.lock } satisfies WorkerReady)
}
