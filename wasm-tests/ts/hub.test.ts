/** Models from a hub: redirects, ranges, access tokens, and the cache of downloads. */

import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectModel, loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { FileCache, type KeptFile } from '../../web/lib/sources/file-cache.js'
import { openRemoteFile } from '../../web/lib/sources/remote-file.js'
import { expectError } from './support/errors.js'
import { golden, tinyFolder } from './support/folders.js'
import { serveHub } from './support/hub-server.js'

const sizeOf = async (folder: string, name: string) => (await stat(join(folder, name))).size

describe('a Hugging Face id', () => {
  it('loads through redirects to another origin, shards too', async () => {
    for (const [folder, V] of [
      [tinyFolder, 67],
      [golden('llama-tiny-tied-bf16'), 61]
    ] as const) {
      const { hub } = await serveHub(folder)
      const model = await loadModel('org/name', { hub })
      expect(model.info.V).toBe(V)
      await model.dispose()
      expect((await inspectModel('org/name', { hub })).info.V).toBe(V)
    }
  })

  it('of a repository with nothing but a GGUF file', async () => {
    const { hub } = await serveHub(golden('gguf'))
    const model = await loadModel('org/name', { hub })
    expect(model.info).toMatchObject({ C: 256, hasTokenizer: true })
    await model.dispose()
  })

  it('an access token is sent to the hub, but not to the target of a redirect', async () => {
    const { hub, asked } = await serveHub(tinyFolder, { token: 'hf_secret' })
    const model = await loadModel('org/name', { hub, token: 'hf_secret' })
    await model.dispose()
    expect(
      asked.filter(({ host }) => host === 'hub').every(({ authorization }) => authorization === 'Bearer hf_secret')
    ).toBe(true)
    const store = asked.filter(({ host }) => host === 'store')
    expect(store.length).toBeGreaterThan(0)
    expect(store.every(({ authorization }) => authorization === undefined)).toBe(true)
  })

  it('without the required access token gives an error that says what to do, and never contains a token', async () => {
    const { hub } = await serveHub(tinyFolder, { token: 'hf_secret' })
    await expectError(loadModel('org/name', { hub }), 'network', 'org/name', '401', 'token')
    const error = await loadModel('org/name', { hub, token: 'hf_wrong' }).catch((found: unknown) => found)
    expect(String(error)).not.toContain('hf_wrong')
    await expectError(loadModel('org/name', { hub, token: 'two words' }), 'option', 'token')
    await expectError(loadModel('org/name', { hub: 'ftp://x' }), 'option', 'hub')
  })

  it('that the hub does not have gives an error with its name', async () => {
    const { hub } = await serveHub(tinyFolder)
    await expectError(loadModel('org/other', { hub }), 'network', 'org/other', '404')
  })

  it('without an owner loads too', async () => {
    for (const id of ['gpt2', 'distilbert-base-uncased', 't5_small']) {
      const { hub } = await serveHub(tinyFolder, { id })
      const model = await loadModel(id, { hub })
      expect(model.info.V).toBe(67)
      await model.dispose()
      expect((await inspectModel(id, { hub })).info.V).toBe(67)
    }
  })

  it('that names neither a folder nor a model gives an error that says both, and how to write each', async () => {
    const server = await serveHub(tinyFolder, { token: 'hf_secret' })
    const { hub } = server
    for (const id of ['gpt3', 'org/other']) {
      const both = [`no folder '${id}'`, `'./${id}'`, `${id} on `]
      await expectError(loadModel(id, { hub, token: 'hf_secret' }), 'network', '404', ...both)
      // The public hub answers so for a model that does not exist.
      await expectError(loadModel(id, { hub }), 'network', '401', ...both)
      server.down = true
      await expectError(inspectModel(id, { hub }), 'network', 'could not be fetched', ...both.slice(0, 2))
      server.down = false
    }
  })
})

describe('the cache of downloads', () => {
  it('is used while the etag is the same, and works without a network', async () => {
    const server = await serveHub(tinyFolder)
    const { hub } = server
    const load = async () => {
      const model = await loadModel('org/name', { hub })
      const { data } = (await model.run({ ids: [1, 2, 3] })).logits
      await model.dispose()
      return data
    }
    const first = await load()
    const size = await sizeOf(tinyFolder, 'model.safetensors')
    expect(server.sent).toBeGreaterThanOrEqual(size)
    server.sent = 0
    expect(await load()).toEqual(first)
    // The hub's library requests one byte, because it needs the headers of a response.
    expect(server.sent).toBeLessThan(10)
    server.down = true
    expect(await load()).toEqual(first)
    server.down = false
    server.version = 'b'
    server.sent = 0
    expect(await load()).toEqual(first)
    expect(server.sent).toBeGreaterThanOrEqual(size)
  })

  it('stays empty when caching is disabled', async () => {
    const server = await serveHub(tinyFolder)
    const { hub } = server
    for (let round = 0; round < 2; ++round) await (await loadModel('org/name', { hub, cache: false })).dispose()
    expect(server.sent).toBeGreaterThanOrEqual(2 * (await sizeOf(tinyFolder, 'model.safetensors')))
    server.down = true
    await expectError(loadModel('org/name', { hub, cache: false }), 'network')
  })
})

describe('an interrupted download', () => {
  it('continues at the same byte, and gives the same model', async () => {
    const server = await serveHub(tinyFolder)
    server.breaks = { after: 60_000, times: 3 }
    const model = await loadModel('org/name', { hub: server.hub, cache: false })
    const whole = await loadModel(tinyFolder)
    const logits = async (one: typeof model) => (await one.run({ ids: [4, 5, 6] })).logits.data
    expect(await logits(model)).toEqual(await logits(whole))
    const ranges = server.asked
      .filter(({ host, range }) => host === 'store' && range !== 'bytes=0-0')
      .map(({ range }) => range)
    expect(ranges).toEqual([undefined, 'bytes=60000-', 'bytes=120000-', 'bytes=180000-'])
    await Promise.all([model.dispose(), whole.dispose()])
  })

  it('interrupted too often is a network error', async () => {
    const server = await serveHub(tinyFolder)
    server.breaks = { after: 0, times: 100 }
    await expectError(loadModel('org/name', { hub: server.hub, cache: false }), 'network', 'model.safetensors')
  })

  it('of a file that changed meanwhile is refused, because parts of two files are not a model', async () => {
    const server = await serveHub(tinyFolder)
    server.breaks = { after: 60_000, times: 1 }
    const loading = loadModel('org/name', { hub: server.hub, cache: false })
    setTimeout(() => (server.version = 'b'), 0)
    const found = await loading.then(
      (model) => model,
      (error: unknown) => error
    )
    // One of two outcomes: the new version from its start, or an error.
    if (found instanceof Error) expect(found.message).toContain('changed while it was read')
    else await (found as Awaited<typeof loading>).dispose()
  })

  it('is continued by the next load', async () => {
    const server = await serveHub(tinyFolder)
    const kept = new Map<string, Uint8Array<ArrayBuffer>>()
    const key = (url: string, piece?: number) => `${url} ${piece}`
    const cache = new FileCache({
      get: async (url, piece) => kept.get(key(url, piece)),
      put: async (url, piece, bytes) => void kept.set(key(url, piece), bytes.slice())
    })
    const remote = {
      url: `${server.hub}/org/name/resolve/main/model.safetensors`,
      file: 'model.safetensors',
      required: true,
      headers: {},
      cache,
      pieceBytes: 50_000
    }
    const expected = new Uint8Array(await readFile(join(tinyFolder, 'model.safetensors')))
    const opened = await openRemoteFile(remote)
    const reader = opened?.stream.getReader()
    for (let read = 0; read < 120_000;) read += (await reader?.read())?.value?.length ?? Infinity
    await reader?.cancel()

    const pieces = [...kept.keys()].filter((name) => !name.endsWith('undefined')).length
    expect(pieces).toBeGreaterThanOrEqual(2)
    server.asked.length = 0
    const again = await openRemoteFile(remote)
    expect(again?.size).toBe(expected.length)
    expect(new Uint8Array(await new Response(again?.stream).arrayBuffer())).toEqual(expected)
    const asked = server.asked
      .filter(({ host, method }) => host === 'store' && method === 'GET')
      .map(({ range }) => range)
    expect(asked).toEqual([`bytes=${pieces * 50_000}-`])

    // At the third load the whole file is cached, and a damaged piece is downloaded again.
    server.asked.length = 0
    kept.set(key(remote.url, 1), new Uint8Array(3))
    const mended = await openRemoteFile(remote)
    expect(new Uint8Array(await new Response(mended?.stream).arrayBuffer())).toEqual(expected)
    expect(server.asked.some(({ range }) => range === 'bytes=50000-')).toBe(true)
    const info = JSON.parse(new TextDecoder().decode(kept.get(key(remote.url)))) as KeptFile
    expect(info).toMatchObject({ complete: true, size: expected.length })
  })
})
