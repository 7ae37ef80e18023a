/** Inputs written to hurt: each ends soon, with an answer or a typed error. A thread that does not answer is ended. */

import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, expect, it } from 'vitest'

import { golden, root } from './support/folders.js'
import { hostileInputs, type HostileInput } from './support/hostile-inputs.js'

/** Real time that no input needs even on a busy machine: each takes at most a few seconds on an idle one. */
const patienceMs = 25_000

interface Outcome {
  readonly tokens?: number
  readonly error?: { readonly name: string; readonly code: string; readonly message: string }
}

let worker: Worker | undefined

function outcomeOf(input: HostileInput): Promise<Outcome> {
  const thread = (worker ??= new Worker(join(root, 'wasm-tests/ts/support/hostile-worker.mjs'), {
    workerData: { folder: golden('llama-tiny') },
    resourceLimits: { maxOldGenerationSizeMb: 1024 }
  }))
  return new Promise((resolve, reject) => {
    const fail = (reason: Error) => {
      worker = undefined
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
    thread.postMessage(input)
  })
}

afterAll(() => worker?.terminate())

it('there are at least 75 inputs, each with its own name', () => {
  const names = hostileInputs.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(75)
})

it.each(hostileInputs.map((input) => [input.name, input] as const))('%s', { timeout: 30_000 }, async (_, input) => {
  const { tokens, error } = await outcomeOf(input)
  if (error) {
    expect(error.name, error.message).toBe('AttenscopeError')
    expect(error.code, error.message).toMatch(/^(bad-model|unsupported|tokenizer|too-long|memory|option)$/)
    // A message is for people: it never repeats a long file.
    expect(error.message.length).toBeLessThanOrEqual(1_000)
  } else {
    expect(tokens).toBeLessThanOrEqual(128)
  }
})
