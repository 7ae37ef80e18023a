/** A thread that loads models of strangers. A load that hangs or takes too much memory ends the thread, not the tests. */

import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll } from 'vitest'

import { root } from './folders.js'

/** Real time that no model needs even on a busy machine: on an idle one each takes at most a few seconds. */
const patienceMs = 25_000

/** The files of a model and the call that uses it. */
export interface Asked {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly use: 'run' | 'translate' | 'classify'
  readonly input?: string | { readonly messages: readonly { readonly role: string; readonly content: string }[] }
  /** Whether the model is inspected before it is loaded. */
  readonly inspects?: true
}

export interface Outcome {
  readonly info?: { readonly V: number; readonly labels: number }
  readonly tokens?: number
  readonly shape?: readonly number[]
  readonly labels?: number
  readonly error?: { readonly name: string; readonly code: string; readonly message: string }
}

/** A function that loads and uses a model in one thread for all tests of the file. It rejects when the thread hangs. */
export function modelThread(): (asked: Asked) => Promise<Outcome> {
  let worker: Worker | undefined
  afterAll(() => worker?.terminate())
  return (asked) => {
    const thread = (worker ??= new Worker(join(root, 'wasm-tests/ts/support/model-worker.mjs'), {
      resourceLimits: { maxOldGenerationSizeMb: 1024 }
    }))
    return new Promise((resolve, reject) => {
      const fail = (reason: Error) => {
        worker = undefined
        clearTimeout(timer)
        void thread.terminate()
        reject(reason)
      }
      const timer = setTimeout(() => fail(new Error(`no answer within ${patienceMs} ms`)), patienceMs)
      thread.removeAllListeners()
      thread.on('error', fail)
      thread.on('message', (outcome: Outcome) => {
        clearTimeout(timer)
        resolve(outcome)
      })
      thread.postMessage(asked)
    })
  }
}
