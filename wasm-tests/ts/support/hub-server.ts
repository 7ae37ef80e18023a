/**
 * A server that imitates the Hugging Face Hub: its list of files, redirects to another origin, ranges and access
 * tokens.
 */

import { readFile, readdir } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'

import { serve } from './server.js'

export interface Asked {
  readonly host: 'hub' | 'store'
  readonly method: string
  readonly path: string
  readonly range: string | undefined
  readonly authorization: string | undefined
}

export interface HubServer {
  readonly hub: string
  readonly asked: Asked[]
  /** Bytes of weights that the store has sent. */
  sent: number
  /** True: from now on no request is answered. */
  down: boolean
  /** The store interrupts a response after this many bytes, this many times. */
  breaks: { after: number; times: number }
  /** The beginning of the etag of every file. */
  version: string
}

/** Serves one model, by default as org/name, from a folder. Its weights are in a store of another origin. */
export async function serveHub(
  folder: string,
  { token, id = 'org/name' }: { readonly token?: string; readonly id?: string } = {}
): Promise<HubServer> {
  const state: HubServer = { hub: '', asked: [], sent: 0, down: false, breaks: { after: 0, times: 0 }, version: 'a' }
  const note = (host: Asked['host'], { method = '', url = '', headers }: IncomingMessage) =>
    state.asked.push({ host, method, path: url, range: headers.range, authorization: headers.authorization })

  /** Allows pages to read responses and the headers that they need, as the hub does. */
  const allowPages = (request: IncomingMessage, response: ServerResponse): boolean => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-headers', 'authorization, range')
    response.setHeader(
      'access-control-expose-headers',
      'etag, x-linked-etag, content-range, accept-ranges, x-error-code'
    )
    if (request.method !== 'OPTIONS') return false
    response.writeHead(204).end()
    return true
  }

  const store = await serve(async (request, response) => {
    if (allowPages(request, response)) return
    note('store', request)
    if (state.down) return void response.destroy()
    await sendFile(request, response, state, join(folder, lastPart(request)), true)
  })
  const hub = await serve(async (request, response) => {
    if (allowPages(request, response)) return
    note('hub', request)
    if (state.down) return void response.destroy()
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      return void response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"Unauthorized"}')
    }
    if (request.url?.startsWith(`/api/models/${id}/tree/main`)) {
      const files = (await readdir(folder)).map((path) => ({ type: 'file', path, size: 1, oid: path }))
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(files))
    }
    const name = lastPart(request)
    const isThere = (await readdir(folder)).includes(name)
    if (!request.url?.startsWith(`/${id}/resolve/main/`) || !isThere) {
      return void response.writeHead(404, { 'x-error-code': isThere ? 'RepoNotFound' : 'EntryNotFound' }).end()
    }
    if (/\.(safetensors|gguf)$/.test(name)) {
      return void response.writeHead(302, { location: `${store}/blobs/${name}`, 'x-linked-etag': '"linked"' }).end()
    }
    await sendFile(request, response, state, join(folder, name), false)
  })
  return Object.assign(state, { hub })
}

async function sendFile(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  state: HubServer,
  path: string,
  counts: boolean
): Promise<void> {
  const whole = await readFile(path)
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  const start = Number(from ?? 0)
  const bytes = whole.subarray(start, to ? Number(to) + 1 : undefined)
  response.writeHead(from === undefined ? 200 : 206, {
    etag: `"${state.version}-${whole.length}"`,
    'accept-ranges': 'bytes',
    'content-length': bytes.length,
    ...(from !== undefined && { 'content-range': `bytes ${start}-${start + bytes.length - 1}/${whole.length}` })
  })
  if (method === 'HEAD') return void response.end()
  const breaks = counts && state.breaks.times > 0 && bytes.length > state.breaks.after
  if (counts) state.sent += breaks ? state.breaks.after : bytes.length
  if (!breaks) return void response.end(bytes)
  state.breaks.times -= 1
  response.write(bytes.subarray(0, state.breaks.after), () => setTimeout(() => response.destroy(), 20))
}

function lastPart({ url }: IncomingMessage): string {
  return decodeURIComponent(new URL(url ?? '/', 'http://x').pathname.split('/').at(-1) ?? '')
}
