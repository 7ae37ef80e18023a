/** Serves the demo site, which built-site.ts has built, as a strict host would, with models that are broken in known ways. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { headerPolicy } from '../../web/demo/build/content-security-policy.js'
import { contentTypes } from './content-types.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const site = join(root, 'build/site')
const stories = join(root, 'models/stories')

/** Changes a file of a broken model: returns its bytes, or undefined for a 404. */
type Change = (name: string, original: () => Buffer) => Buffer | undefined

function ofWeights(change: (bytes: Buffer) => Buffer | undefined): Change {
  return (name, original) => (name === 'model.safetensors' ? change(original()) : original())
}

function without(missing: string): Change {
  return (name, original) => (name === missing ? undefined : original())
}

/** The broken models below /broken/. */
const BROKEN: Readonly<Record<string, Change>> = {
  truncated: ofWeights((bytes) => bytes.subarray(0, bytes.length / 2)),
  'wrong-magic': ofWeights((bytes) =>
    Buffer.concat([Buffer.from('PK\u0003\u0004 not safetensors'), bytes.subarray(20)])
  ),
  'no-tokenizer': without('tokenizer.json'),
  'no-config': without('config.json'),
  'no-weights': without('model.safetensors'),
  nothing: () => undefined
}

/** The same site below this path, as on a host that serves it from a folder and isolates its pages. */
export const SUB_PATH = '/some/folder'

export interface SiteServer {
  readonly origin: string
  /** The requested paths. */
  readonly asked: string[]
  /** From now on, serves these files instead of the site's own, like a newer version of the site. */
  publish(newer: Readonly<Record<string, string>>): void
  /** From now on, the broken models are served correctly. */
  heal(): void
  close(): Promise<void>
}

/** The delay before each part of a model below /slow/, in milliseconds. */
const SLOW_PIECE_MS = 150

async function sendSlowly(response: ServerResponse, bytes: Buffer): Promise<void> {
  response.setHeader('Content-Length', bytes.length)
  for (let at = 0; at < bytes.length && !response.destroyed; at += 65_536) {
    response.write(bytes.subarray(at, at + 65_536))
    await new Promise((resolve) => setTimeout(resolve, SLOW_PIECE_MS))
  }
  response.end()
}

export async function startSite(): Promise<SiteServer> {
  const asked: string[] = []
  let healed = false
  let published: Readonly<Record<string, string>> = {}

  function modelFile(path: string): Buffer | undefined {
    const [, kind, folder, name] = path.split('/')
    if (!name || !/^(broken|slow)$/.test(kind ?? '') || !existsSync(join(stories, name))) return undefined
    const original = () => readFileSync(join(stories, name))
    const change = kind === 'broken' && !healed ? BROKEN[folder ?? ''] : undefined
    return change ? change(name, original) : original()
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const whole = decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname)
    asked.push(whole)
    const path = whole.startsWith(`${SUB_PATH}/`) ? whole.slice(SUB_PATH.length) : whole
    if (path !== whole) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    }
    response.setHeader('Content-Security-Policy', headerPolicy(path))
    response.setHeader('Content-Type', contentTypes[extname(path)] ?? 'application/octet-stream')
    response.setHeader('Cache-Control', 'no-store')
    if (/^\/(broken|slow)\//.test(path)) {
      const bytes = modelFile(path)
      if (!bytes) return void response.writeHead(404).end()
      if (path.startsWith('/slow/') && path.endsWith('.safetensors')) return void sendSlowly(response, bytes)
      return void response.end(bytes)
    }
    const file = normalize(join(site, path === '/' ? 'index.html' : path))
    if (!file.startsWith(site + sep) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      return void response.writeHead(404).end()
    }
    if (path === '/') response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(published[relative(site, file)] ?? readFileSync(file))
  }

  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    publish: (newer) => void (published = newer),
    heal: () => (healed = true),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
}
