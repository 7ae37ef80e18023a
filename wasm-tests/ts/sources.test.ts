/** Sources of models: URLs and their errors, dropped files, paths, Hugging Face ids. */

import { mkdir, readFile, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { AttenscopeError, configure, inspectModel, loadModel, openTrace, type Progress } from 'attenscope'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'

import { openFileFolder } from '../../web/lib/sources/file-folder.js'
import { resolveSource } from '../../web/lib/sources/resolve-source.js'
import { openUrlFolder } from '../../web/lib/sources/url-folder.js'
import { errorOf, expectError } from './support/errors.js'
import { copyOf, filesOf, golden, root, tinyFolder } from './support/folders.js'
import { serve } from './support/server.js'

async function sendFile(response: ServerResponse, folder: string, name: string): Promise<void> {
  const bytes = await readFile(join(folder, name)).catch(() => undefined)
  if (!bytes) return void response.writeHead(404).end()
  response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
}

const lastPart = (url: string | undefined) => new URL(url ?? '/', 'http://x').pathname.split('/').at(-1) ?? ''

describe('secrets of an address', () => {
  const address = (origin: string) =>
    `${origin.replace('//', '//reader:pass-word@')}/model?X-Signature=signed&k=1#token`
  const answers: readonly [string, (response: ServerResponse) => unknown][] = [
    ['is missing', (response) => response.writeHead(404).end()],
    ['is forbidden', (response) => response.writeHead(403).end()],
    ['is an HTML page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')],
    ['is broken', (response) => response.writeHead(200).end('{')],
    ['breaks off', (response) => response.writeHead(200, { 'content-length': 9 }).end('{', () => response.destroy())]
  ]
  const expectNoSecret = (error: { readonly message: string }) => {
    expect(error).toMatchObject({ name: 'AttenscopeError' })
    expect(error.message).not.toMatch(/reader|pass|signed|Signature|token/)
  }

  it.each(answers)('stand in no error of a file that %s', async (_, answer) => {
    const origin = await serve((_request, response) => answer(response))
    // Browsers and Node refuse addresses with a user before they ask; signed addresses are asked.
    for (const source of [address(origin), address(origin).replace('reader:pass-word@', '')]) {
      for (const read of [() => loadModel(source), () => inspectModel(source), () => openTrace(source)]) {
        expectNoSecret(await errorOf(read))
      }
    }
  })

  it('stand in no error of an address that is no URL or no folder', async () => {
    for (const source of [
      'http://reader:pass-word@',
      'http://reader:pass word"@host:port/',
      'http://reader:pa/ssword@host',
      'ftp://reader:pass-word@host/a?signed',
      'http://reader:pass-word@127.0.0.1:1/?signed'
    ]) {
      expectNoSecret(await errorOf(() => loadModel(source)))
      expectNoSecret(await errorOf(() => loadModel('org/name', { hub: source })))
    }
  })

  it('are removed from any message, and the address stays readable', () => {
    const { message } = new AttenscopeError(
      'network',
      'https://me:pw@host/a/b.json?sig=1&b=2: it broke off (see http://x/?a).'
    )
    expect(message).toBe('https://host/a/b.json?…: it broke off (see http://x/?…).')
    expect(new AttenscopeError('option', 'what? #1 is a:b@c').message).toBe('what? #1 is a:b@c')
  })
})

describe('a folder at a URL', () => {
  it('loads, with or without a trailing slash, shards and a query for each file too', async () => {
    const asked: string[] = []
    const origin = await serve((request, response) => {
      asked.push(request.url ?? '')
      return sendFile(response, golden('llama-tiny-tied-bf16'), lastPart(request.url))
    })
    for (const url of [`${origin}/a/model`, `${origin}/a/model/`, new URL(`${origin}/a/model?key=1`)]) {
      const model = await loadModel(url)
      expect(model.info.V).toBe(61)
      await model.dispose()
    }
    expect(asked).toContain('/a/model/config.json')
    expect(asked).toContain('/a/model/model-00002-of-00002.safetensors?key=1')
  })

  it('no file waits for another, except that the weights wait for the config', async () => {
    const order: string[] = []
    let giveTokenizer = () => {}
    const weightsAsked = new Promise<void>((resolve) => (giveTokenizer = resolve))
    const origin = await serve(async (request, response) => {
      const name = lastPart(request.url)
      order.push(name)
      if (name === 'model.safetensors') giveTokenizer()
      // A loader that requests the weights after the tokenizer would never get either.
      if (name === 'tokenizer.json') await weightsAsked
      await sendFile(response, tinyFolder, name)
    })
    const model = await loadModel(origin)
    expect(new Set(order.slice(0, 4))).toEqual(
      new Set(['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'])
    )
    expect(order.filter((name) => name === 'model.safetensors')).toHaveLength(1)
    await model.dispose()
  })

  it('an invalid config is refused without requesting the weights, and no connection stays open', async () => {
    const asked: string[] = []
    const ended: string[] = []
    const origin = await serve((request, response) => {
      const name = lastPart(request.url)
      asked.push(name)
      response.on('close', () => ended.push(name))
      if (name === 'config.json') return response.writeHead(200).end('{"model_type": "unheard-of"}')
      // The server starts this response and never ends it.
      return response.writeHead(200).write('{')
    })
    await expectError(loadModel(origin), 'unsupported', 'unheard-of')
    expect(asked).not.toContain('model.safetensors')
    await vi.waitFor(() => expect(new Set(ended)).toEqual(new Set(asked)))
  })

  it('reports loaded bytes up to the total', async () => {
    const origin = await serve((request, response) => sendFile(response, tinyFolder, lastPart(request.url)))
    const seen: Progress[] = []
    const model = await loadModel(origin, { onProgress: (progress) => seen.push(progress) })
    const weights = seen.filter(({ file }) => file === 'model.safetensors')
    expect(seen.map(({ loaded }) => loaded)).toEqual(seen.map(({ loaded }) => loaded).sort((a, b) => a - b))
    expect(weights.at(-1)?.loaded).toBe(weights.at(-1)?.total)
    await model.dispose()
  })

  it('takes the total from the file’s own header where the server compresses', async () => {
    const folders = { 'model.safetensors': tinyFolder, 'llama-every-type.gguf': golden('gguf') }
    for (const [file, folder] of Object.entries(folders)) {
      const origin = await serve(async (request, response) => {
        const bytes = await readFile(join(folder, lastPart(request.url))).catch(() => undefined)
        if (!bytes) return response.writeHead(404).end()
        return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes))
      })
      const seen: Progress[] = []
      const source = file.endsWith('.gguf') ? `${origin}/${file}` : origin
      const model = await loadModel(source, { cache: false, onProgress: (progress) => seen.push(progress) })
      const weights = seen.filter((progress) => progress.file === file)
      expect(weights.at(-1)?.total, file).toBe(weights.at(-1)?.loaded)
      await model.dispose()
    }
  })

  it('a server that stops to send is an error that names the file, after the limit', async () => {
    const origin = await serve(async (request, response) => {
      const name = lastPart(request.url)
      if (name !== 'model.safetensors') return sendFile(response, tinyFolder, name)
      const bytes = await readFile(join(tinyFolder, name))
      response.writeHead(200, { 'content-length': bytes.length, etag: '"1"' })
      return response.write(bytes.subarray(0, 1000))
    })
    await expectError(loadModel(origin, { cache: false, stallMs: 300 }), 'network', 'model.safetensors', '0.3 s')
    const silent = await serve(() => {})
    await expectError(loadModel(silent, { cache: false, stallMs: 300 }), 'network', 'config.json', '0.3 s')
    await expectError(inspectModel(silent, { stallMs: 300 }), 'network', 'config.json', '0.3 s')
    await expectError(loadModel(silent, { stallMs: -1 }), 'option', 'stallMs')
    await expectError(openTrace(`${origin}/model.safetensors`, { stallMs: 300 }), 'network', 'the trace', '0.3 s')
    await expectError(openTrace(`${silent}/run.safetensors`, { stallMs: 300 }), 'network', 'the trace', '0.3 s')
    await expectError(openTrace(`${silent}/run.safetensors`, { stallMs: 0 }), 'option', 'stallMs')
    configure({ stallMs: 200 })
    onTestFinished(() => configure({ stallMs: undefined }))
    await expectError(loadModel(silent, { cache: false }), 'network', 'config.json', '0.2 s')
    await expectError(openTrace(`${silent}/run.safetensors`), 'network', 'the trace', '0.2 s')
    expect(() => configure({ stalMs: 1 } as object)).toThrow('stalMs')
  })

  it('an HTTP error is reported with URL and status', async () => {
    const origin = await serve((_, response) => response.writeHead(503).end())
    await expectError(loadModel(`${origin}/m`), 'network', `${origin}/m/config.json`, '503')
    await expectError(inspectModel(`${origin}/m`), 'network', '503')
  })

  it('a missing folder is reported with URL and status', async () => {
    const origin = await serve((_, response) => response.writeHead(404).end())
    await expectError(loadModel(`${origin}/m`), 'network', `${origin}/m/config.json`, '404')
  })

  it('a server that does not answer is reported with its URL', async () => {
    await expectError(loadModel('http://127.0.0.1:1/m'), 'network', 'http://127.0.0.1:1/m/config.json')
  })

  it('a site that answers every request with an HTML page is bad-model, with a clear message', async () => {
    const origin = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html>')
    )
    await expectError(loadModel(origin), 'bad-model', 'HTML page', 'config.json')
  })

  it('an HTML page in place of tokenizer.json means that there is no tokenizer', async () => {
    const origin = await serve((request, response) => {
      const name = lastPart(request.url)
      return /tokenizer|generation/.test(name)
        ? response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
        : sendFile(response, tinyFolder, name)
    })
    const model = await loadModel(origin)
    expect(model.info.hasTokenizer).toBe(false)
    await model.dispose()
  })

  it('a connection that breaks during the weights is a network error', async () => {
    const origin = await serve(async (request, response) => {
      const name = lastPart(request.url)
      if (name !== 'model.safetensors') return sendFile(response, tinyFolder, name)
      const bytes = await readFile(join(tinyFolder, name))
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 50_000), () => response.destroy())
    })
    await expectError(loadModel(origin), 'network', 'model.safetensors')
  })

  it('weights that end early without an HTTP error are bad-model, with file, tensor and bytes', async () => {
    const origin = await serve(async (request, response) => {
      const name = lastPart(request.url)
      if (name !== 'model.safetensors') return sendFile(response, tinyFolder, name)
      const bytes = await readFile(join(tinyFolder, name))
      // Chunked encoding: no length is announced.
      response.writeHead(200).end(bytes.subarray(0, 50_000))
    })
    await expectError(loadModel(origin), 'bad-model', 'model.safetensors', 'cut off in tensor', 'bytes were found')
  })

  it('an abort ends a download that has stopped sending', async () => {
    const start = (await readFile(join(tinyFolder, 'model.safetensors'))).subarray(0, 100)
    const origin = await serve((request, response) => {
      const name = lastPart(request.url)
      return name === 'model.safetensors' ? response.writeHead(200).write(start) : sendFile(response, tinyFolder, name)
    })
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    await expectError(loadModel(origin, { signal: controller.signal }), 'aborted')
    await expectError(inspectModel(origin, { signal: AbortSignal.timeout(100) }), 'aborted')
  })
})

describe('Cache Storage', () => {
  afterEach(() => vi.unstubAllGlobals())

  /** Simulates the part of CacheStorage that loading a folder uses. */
  function stubCaches(): Map<string, Response> {
    const kept = new Map<string, Response>()
    const cache = {
      put: async (url: string, response: Response) =>
        void kept.set(url, new Response(await response.arrayBuffer(), response)),
      match: async (url: string) => kept.get(url)?.clone()
    }
    vi.stubGlobal('caches', { open: async () => cache })
    return kept
  }

  const textOf = async (url: string, cache: boolean) => {
    const file = await openUrlFolder(url, { cache }).open('config.json')
    return new Response(file?.stream).text()
  }

  it('is used when the network fails, and only then', async () => {
    stubCaches()
    const reply = vi.fn(async () => new Response('first'))
    vi.stubGlobal('fetch', reply)
    expect(await textOf('https://example.org/m', true)).toBe('first')
    reply.mockImplementation(async () => new Response('second'))
    expect(await textOf('https://example.org/m', true)).toBe('second')
    reply.mockRejectedValue(new TypeError('offline'))
    expect(await textOf('https://example.org/m', true)).toBe('second')
    await expectError(textOf('https://example.org/other', true), 'network', 'https://example.org/other/config.json')
  })

  it('is not asked for bytes after the last one when the server announces no length', async () => {
    stubCaches()
    // As from a host that compresses, which announces another length.
    const ranges: (string | null)[] = []
    vi.stubGlobal('fetch', async (_url: string, asked: RequestInit = {}) => {
      const range = new Headers(asked.headers).get('range')
      ranges.push(range)
      if (range !== null) return new Response(null, { status: 416 })
      return new Response(asked.method === 'HEAD' ? null : 'whole', {
        headers: { etag: 'W/"1"', 'content-encoding': 'gzip' }
      })
    })
    for (let visit = 0; visit < 3; visit++) expect(await textOf('https://example.org/m', true)).toBe('whole')
    expect(ranges).toEqual([null, null, null])
  })

  it('is not used when caching is disabled, nor for responses without success', async () => {
    const kept = stubCaches()
    vi.stubGlobal('fetch', async () => new Response('x'))
    await textOf('https://example.org/m', false)
    vi.stubGlobal('fetch', async () => new Response('gone', { status: 500 }))
    await expectError(textOf('https://example.org/m', true), 'network', '500')
    expect(kept.size).toBe(0)
  })

  it('blocked or full storage does not fail the load', async () => {
    vi.stubGlobal('fetch', async () => new Response('x'))
    vi.stubGlobal('caches', { open: async () => Promise.reject(new DOMException('blocked', 'SecurityError')) })
    expect(await textOf('https://example.org/m', true)).toBe('x')
    vi.stubGlobal('caches', {
      open: async () => ({ put: async () => Promise.reject(new DOMException('full', 'QuotaExceededError')) })
    })
    expect(await textOf('https://example.org/m', true)).toBe('x')
  })
})

describe('the meaning of a source', () => {
  it.each([
    ['org/name', { kind: 'hub', id: 'org/name' }],
    ['karpathy/tiny.llamas-2_x', { kind: 'hub', id: 'karpathy/tiny.llamas-2_x' }],
    ['https://example.org/a', { kind: 'url', url: 'https://example.org/a' }],
    ['./org', { kind: 'path', path: './org' }],
    ['../org', { kind: 'path', path: '../org' }],
    ['org/name/', { kind: 'path', path: 'org/name/' }],
    ['a/b/c', { kind: 'path', path: 'a/b/c' }],
    ['/org/name', { kind: 'path', path: '/org/name' }],
    ['name', { kind: 'hub', id: 'name' }],
    ['gpt2', { kind: 'hub', id: 'gpt2' }],
    ['bert-base-uncased', { kind: 'hub', id: 'bert-base-uncased' }],
    ['./gpt2', { kind: 'path', path: './gpt2' }],
    ['gpt2/', { kind: 'path', path: 'gpt2/' }],
    ['model.gguf', { kind: 'path', path: 'model.gguf' }],
    ['two words', { kind: 'path', path: 'two words' }],
    ['-name', { kind: 'path', path: '-name' }],
    ['C:\\models\\x', { kind: 'path', path: 'C:\\models\\x' }]
  ])('%s in Node', async (source, expected) => expect(await resolveSource(source)).toEqual(expected))

  it('an existing folder has priority over a Hugging Face id', async () => {
    const before = process.cwd()
    process.chdir(root)
    try {
      expect(await resolveSource('web/lib')).toEqual({ kind: 'path', path: 'web/lib' })
      expect(await resolveSource('web')).toEqual({ kind: 'path', path: 'web' })
    } finally {
      process.chdir(before)
    }
  })

  it('a file: URL is a path', async () => {
    expect(await resolveSource(pathToFileURL(tinyFolder))).toEqual({ kind: 'path', path: tinyFolder })
  })

  it.each([[''], [3], [null], [['config.json']], [{}]])('%j is refused', (source) =>
    expectError(resolveSource(source as never), 'option', 'source')
  )

  it('a missing path is bad-model with its name', () =>
    expectError(loadModel('/nowhere/at/all'), 'bad-model', '/nowhere/at/all'))
})

describe('dropped files', () => {
  const inFolder = (file: File, path: string) => Object.defineProperty(file, 'webkitRelativePath', { value: path })

  it('are found by their file names, the one nearest to the top first', async () => {
    const deep = inFolder(new File(['deep'], 'config.json'), 'model/old/config.json')
    const near = inFolder(new File(['near'], 'config.json'), 'model/config.json')
    const file = await openFileFolder([deep, near]).open('config.json')
    expect(await new Response(file?.stream).text()).toBe('near')
    expect(file?.size).toBe(4)
  })

  it('without config.json or weights are refused by name', async () => {
    await expectError(loadModel([]), 'bad-model', 'config.json')
    await expectError(loadModel(await filesOf(tinyFolder, ['config.json'])), 'bad-model', 'model.safetensors')
  })
})

describe('sources that are not a folder of files', () => {
  it.each(['data:,x', 'javascript:1', 'blob:x', 'file:///%zz', 'file://host/x'])('%s', async (source) => {
    await expectError(loadModel(source), 'option', source.slice(0, 5))
    await expectError(inspectModel(source), 'option', source.slice(0, 5))
  })

  it.each(['config.json', 'model.safetensors'])('a folder in place of %s', async (name) => {
    const folder = await copyOf(tinyFolder)
    await rm(join(folder, name))
    await mkdir(join(folder, name))
    await expectError(loadModel(folder), 'bad-model', name, 'not a file')
    await expectError(inspectModel(folder), 'bad-model', name, 'not a file')
  })
})
