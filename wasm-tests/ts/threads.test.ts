/**
 * Both ends of the worker protocol: pending calls end when the other side dies, buffers are transferred, and a broken
 * engine reports it.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { Client } from '../../web/lib/wire/client.js'
import { Engine } from '../../web/lib/engine/engine.js'
import { AttenscopeError, fromPlainError, toPlainError } from '../../web/lib/errors.js'
import { Host } from '../../web/lib/wire/host.js'
import { linkWorker, openLocalLink, type LinkListener } from '../../web/lib/wire/link.js'
import type { LifeQuestion, Reply, Request } from '../../web/lib/wire/protocol.js'
import { RemoteModel } from '../../web/lib/page/model.js'
import { instantiationFromDisk } from '../../web/lib/engine/node-instantiation.js'
import { detectVariant } from '../../web/lib/page/variant.js'
import { expectError } from './support/errors.js'
import { golden, root, tinyFolder } from './support/folders.js'

const load = {
  type: 'load',
  source: { kind: 'path', path: tinyFolder },
  dtype: 'auto',
  cache: false
} as const

async function createModule() {
  const path = join(root, 'dist/attenscope-base.mjs')
  expect(existsSync(path)).toBe(true)
  const { default: create } = (await import(path)) as typeof import('../../web/lib/generated/attenscope-module.js')
  return create(await instantiationFromDisk(pathToFileURL(join(root, 'dist/attenscope-base.wasm'))))
}

const loadEngine = async () => new Engine(await createModule(), 'base')

/** A worker that never answers on its own. */
class SilentWorker {
  onmessage: ((event: MessageEvent<Reply>) => void) | null = null
  onmessageerror: (() => void) | null = null
  onerror: ((event: Pick<ErrorEvent, 'message' | 'preventDefault'>) => void) | null = null
  terminated = false
  readonly sent: Request[] = []

  postMessage(request: Request | LifeQuestion): void {
    structuredClone(request)
    if (request.type !== 'alive?') this.sent.push(request)
  }

  terminate(): void {
    this.terminated = true
  }
}

function silentClient() {
  const worker = new SilentWorker()
  return { worker, client: new Client((listener) => linkWorker(worker as unknown as Worker, listener)) }
}

describe('a worker that dies', () => {
  const deaths: readonly [string, (worker: SilentWorker) => void, string][] = [
    ['fails to start', (worker) => worker.onerror?.({ message: '', preventDefault() {} }), 'failed to start'],
    ['throws', (worker) => worker.onerror?.({ message: 'out of memory', preventDefault() {} }), 'out of memory'],
    ['sends a message that cannot be read', (worker) => worker.onmessageerror?.(), 'could not be read']
  ]
  it.each(deaths)('%s: all pending and all later calls are refused', async (_, die, word) => {
    const { worker, client } = silentClient()
    const pending = [
      client.request(load),
      client.request({ type: 'heads', run: 1, first: 0, count: 1, part: 'decoder' })
    ].map((request) => request.catch((error: unknown) => error))
    die(worker)
    for (const error of await Promise.all(pending)) expect(error).toMatchObject({ code: 'worker' })
    await expectError(client.request({ type: 'heads', run: 1, first: 0, count: 1, part: 'decoder' }), 'worker', word)
    expect(worker.terminated).toBe(true)
  })

  it('closes itself: the pending call is refused soon, and none stays pending', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { worker, client } = silentClient()
    const pending = expectError(client.request(load), 'worker', 'ended without a word')
    await vi.advanceTimersByTimeAsync(15_000)
    await pending
    expect(worker.terminated).toBe(true)
  })

  it('is not taken for dead while it computes for long and answers in the end', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { worker, client } = silentClient()
    const say = (data: object) => worker.onmessage?.({ data } as MessageEvent<Reply>)
    const answered = client.request({ type: 'tokens', ids: [1] })
    say({ type: 'alive' })
    await vi.advanceTimersByTimeAsync(29_000)
    say({ type: 'answer', id: 1, answer: [] })
    expect(await answered).toEqual([])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(worker.terminated).toBe(false)
  })

  it('a disposed model ends its worker and refuses pending calls', async () => {
    const { worker, client } = silentClient()
    const model = new RemoteModel(client, {} as never, [])
    const pending = expectError(model.run('a'), 'disposed')
    await model.dispose()
    await pending
    expect(worker.terminated).toBe(true)
    await expectError(model.run('a'), 'disposed')
  })

  it('an abort rejects without waiting for the worker, and is sent to it', async () => {
    const { worker, client } = silentClient()
    const controller = new AbortController()
    const aborted = expectError(
      client.request({ type: 'heads', run: 1, first: 0, count: 1, part: 'decoder' }, { signal: controller.signal }),
      'aborted'
    )
    controller.abort()
    await aborted
    expect(worker.sent.map(({ type, id }) => [type, id])).toEqual([
      ['heads', 1],
      ['abort', 1]
    ])
  })

  it('a run that is answered although it was aborted is disposed', async () => {
    const { worker, client } = silentClient()
    const controller = new AbortController()
    const request = { type: 'generate', input: 'a', options: {} as never } as const
    const aborted = expectError(client.request(request, { signal: controller.signal }), 'aborted')
    controller.abort()
    await aborted
    worker.onmessage?.({
      data: { type: 'answer', id: 1, answer: { type: 'generating', run: 7, promptTokens: [] } }
    } as unknown as MessageEvent<Reply>)
    expect(worker.sent.at(-1)).toMatchObject({ type: 'dispose-run', run: 7 })
  })

  it('options that cannot be sent are refused, and no call stays pending', async () => {
    const { client } = silentClient()
    const edits = [{ at: 'x', op: 'zero', value: () => 1 }] as never
    await expectError(
      client.request({
        type: 'run',
        input: 'a',
        target: undefined,
        pools: false,
        capture: [],
        logits: 'all',
        edits,
        promptTokens: undefined
      }),
      'option',
      'sent'
    )
  })

  it('a host script that cannot be fetched is a worker error', async () => {
    const link = (listener: LinkListener) => openLocalLink(listener, () => Promise.reject(new Error('no such chunk')))
    const client = new Client(link)
    await expectError(client.request(load), 'worker', 'no such chunk')
    await expectError(client.request(load), 'worker')
  })
})

describe('over a message channel', () => {
  it("tensors are transferred: the sender's buffers are detached, the receiver's are complete", async () => {
    const { port1, port2 } = new MessageChannel()
    onTestFinished(() => {
      port1.close()
      port2.close()
    })
    const sentBuffers: ArrayBuffer[] = []
    const host = new Host(
      (reply, transfer) => {
        port2.postMessage(reply, transfer)
        sentBuffers.push(...transfer)
      },
      { engine: loadEngine() }
    )
    port2.onmessage = ({ data }: MessageEvent<Request>) => host.handle(data)
    const client = new Client(({ onReply }) => {
      port1.onmessage = ({ data }: MessageEvent<Reply>) => onReply(data)
      return { send: (request) => port1.postMessage(request), close: () => port1.close() }
    })
    const { info, traceNames } = await client.request(load)
    const model = new RemoteModel(client, info, traceNames)
    const run = await model.run({ ids: [1, 2, 3] }, { capture: ['pattern', 'q'] })
    await run.trace.heads()
    await run.trace.compute('embedding')
    for await (const step of model.generate({ ids: [1] }, { maxNewTokens: 2, capture: ['k'] }))
      expect(step.logits.data).toHaveLength(67)

    expect(run.trace.pattern(0, 0).data[0]).toBe(1)
    expect(sentBuffers.length).toBeGreaterThan(25)
    expect(
      sentBuffers.every((buffer) => buffer.byteLength === 0 && (buffer as { detached?: boolean }).detached !== false)
    ).toBe(true)
    await model.dispose()
  })

  it('a translation’s text, trace and progress are sent back, and an abort is sent to the worker', async () => {
    const { port1, port2 } = new MessageChannel()
    onTestFinished(() => {
      port1.close()
      port2.close()
    })
    const host = new Host((reply, transfer) => port2.postMessage(reply, transfer), { engine: loadEngine() })
    port2.onmessage = ({ data }: MessageEvent<Request>) => host.handle(data)
    const client = new Client(({ onReply }) => {
      port1.onmessage = ({ data }: MessageEvent<Reply>) => onReply(data)
      return { send: (request) => port1.postMessage(request), close: () => port1.close() }
    })
    const { info, traceNames } = await client.request({
      ...load,
      source: { kind: 'path', path: golden('marian-translate') }
    })
    const model = new RemoteModel(client, info, traceNames)
    const { text, tokens, trace } = await model.translate('Tom is at home.', { capture: ['pattern'], numBeams: 2 })
    expect(tokens.map((token) => token.text).join('')).toBe(text)
    expect(trace.pattern(0, 0).shape).toEqual([tokens.length, trace.tokens.length])
    expect(trace.pattern(0, 0, { part: 'encoder' }).data[0]).toBeGreaterThan(0)
    expect((await trace.heads({ part: 'decoder' })).length).toBe(6)
    const controller = new AbortController()
    const aborted = model.translate('Tom', { numBeams: 64, maxLength: 64, signal: controller.signal })
    setTimeout(() => controller.abort(), 1)
    await expectError(aborted, 'aborted')
    for await (const step of model.generate('Tom', { maxNewTokens: 2, capture: ['pattern'] })) {
      expect(step.trace.pattern(0, 0, { part: 'encoder' }).shape).toEqual([2, 2].map(() => step.trace.tokens.length))
    }
    await model.dispose()
  })

  it('an AttenscopeError arrives as an AttenscopeError', () => {
    const error = new AttenscopeError('memory', 'too much')
    const arrived = fromPlainError(structuredClone(toPlainError(error)))
    expect(arrived).toBeInstanceOf(AttenscopeError)
    expect(arrived).toMatchObject({ name: 'AttenscopeError', code: 'memory', message: 'too much' })
    expect(toPlainError(new TypeError('x is not a function'))).toMatchObject({ code: 'worker' })
  })
})

describe('an engine that traps', () => {
  /** Returns the real module, in which one method of runs traps while `armed` is set. */
  async function trapping(trap: { armed: boolean }) {
    const module = await createModule()
    return new Engine(
      {
        Model: {
          transformer(config: Parameters<typeof module.Model.transformer>[0]) {
            const model = module.Model.transformer(config)
            if (!model) throw new Error('the engine created no model')
            const createRun = model.createRun.bind(model)
            model.createRun = (capacity, sourceCapacity) => {
              if (trap.armed) throw new WebAssembly.RuntimeError('unreachable')
              return createRun(capacity, sourceCapacity)
            }
            return model
          }
        } as never
      },
      'base'
    )
  }

  it('rejects this call and every later one with a worker error, and can still be disposed', async () => {
    const trap = { armed: false }
    const client = new Client(({ onReply }) => {
      const host = new Host(onReply, { engine: trapping(trap) })
      return { send: (request) => host.handle(request), close: () => host.handle({ type: 'dispose', id: 0 }) }
    })
    const { info, traceNames } = await client.request(load)
    const model = new RemoteModel(client, info, traceNames)
    const run = await model.run({ ids: [1, 2] })
    trap.armed = true
    await expectError(model.run({ ids: [1, 2] }), 'worker', 'unreachable', 'load the model again')
    trap.armed = false
    await expectError(model.run({ ids: [1, 2] }), 'worker', 'unreachable')
    await expectError(run.trace.compute('embedding'), 'worker')
    await model.dispose()
    await expectError(model.run({ ids: [1, 2] }), 'disposed')
  })
})

describe('the build of the engine', () => {
  it('is the best one that validates, otherwise a clear error', async () => {
    const asked: number[] = []
    const answer = (results: boolean[]) => () => results[asked.push(1) - 1] ?? false
    expect(detectVariant(() => true)).toBe('relaxed')
    expect(detectVariant(answer([false, true]))).toBe('base')
    await expectError(() => detectVariant(() => false), 'unsupported', 'SIMD')
  })

  it('relaxed SIMD is detected when this runtime has it', () => {
    const [major = 0] = process.versions.node.split('.').map(Number)
    expect(detectVariant()).toBe(
      major >= 21 || process.execArgv.includes('--experimental-wasm-relaxed-simd') ? 'relaxed' : 'base'
    )
  })
})
