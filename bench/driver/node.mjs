// Measures rows in Node, each in its own worker thread.
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { suiteFile } from './site.mjs'

/** Returns { name, measure(id, variant, effort), close() }. */
export function openNode() {
  return {
    name: `Node ${process.versions.node}`,
    async measure(...row) {
      const worker = new Worker(new URL('./node-worker.mjs', import.meta.url), {
        workerData: { suite: pathToFileURL(suiteFile).href, row }
      })
      try {
        const [measurement] = await once(worker, 'message')
        return measurement
      } finally {
        await worker.terminate()
      }
    },
    async close() {}
  }
}
