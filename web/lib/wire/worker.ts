/** The worker's own script: a host whose client is the page that started it. */

import { Host } from './host.js'
import type { Request } from './protocol.js'

/** The used part of a worker's global scope. The types of a page declare another postMessage. */
interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void
  onmessage: ((event: MessageEvent<Request>) => void) | null
}

const scope = globalThis as unknown as WorkerScope
const host = new Host((reply, transfer) => scope.postMessage(reply, transfer))
scope.onmessage = (event) => host.handle(event.data)
