// Starts several processes that share the items of a metric.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { packageCommand } from '../lib/node.mjs'
import { UserError } from '../lib/log.mjs'

/** Items per message. With more, one process could end long after the others; with fewer, messages would cost time. */
const batch = 8

export class Workers {
  /** Starts `count` processes and loads the model in each. */
  static async start(count, folder, dtype) {
    const workers = new Workers()
    workers._processes = Array.from({ length: count }, () =>
      fork(fileURLToPath(new URL('worker.mjs', import.meta.url)), { execPath: packageCommand('node') })
    )
    try {
      const [{ info }] = await Promise.all(workers._processes.map((worker) => ask(worker, { folder, dtype })))
      workers.info = info
      return workers
    } catch (error) {
      workers.stop()
      throw error
    }
  }

  /** The results of all items, in their order. */
  async map(kind, items, onProgress) {
    const results = Array(items.length)
    let next = 0
    let done = 0
    const serve = async (worker) => {
      while (next < items.length) {
        const first = next
        next += batch
        const answer = await ask(worker, { kind, items: items.slice(first, first + batch) })
        answer.results.forEach((result, i) => (results[first + i] = result))
        done += answer.results.length
        onProgress(done)
      }
    }
    await Promise.all(this._processes.map(serve))
    return results
  }

  stop() {
    for (const worker of this._processes) worker.kill()
  }
}

function ask(worker, message) {
  return new Promise((resolve, reject) => {
    const settle = (action) => {
      worker.off('message', onMessage)
      worker.off('exit', onExit)
      action()
    }
    const onMessage = (answer) => settle(() => (answer.error ? reject(new UserError(answer.error)) : resolve(answer)))
    const onExit = (code) => settle(() => reject(new UserError(`a process ended with ${code}`)))
    worker.on('message', onMessage)
    worker.on('exit', onExit)
    worker.send(message)
  })
}
