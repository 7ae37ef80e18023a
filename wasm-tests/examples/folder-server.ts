/** Serves a folder as a plain web server does, without special headers except a strict Content-Security-Policy. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, sep } from 'node:path'
import { contentTypes } from '../browser/content-types.js'

/** An import map must be inline, so that the policy allows it by its hash. */
function policyOf(html: string): string {
  const hashes = [...html.matchAll(/<script type="importmap">([\s\S]*?)<\/script>/g)].map(
    ([, map = '']) => ` 'sha256-${createHash('sha256').update(map).digest('base64')}'`
  )
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval'${hashes.join('')}`,
    "worker-src 'self'",
    "img-src 'self' data: blob:"
  ].join('; ')
}

/** `isStrict: false` serves without a policy, as notebooks and books are served. */
export async function serveFolder(
  folder: string,
  { isStrict = true } = {}
): Promise<{ origin: string; close(): void }> {
  const policy = isStrict ? policyOf(readFileSync(join(folder, 'index.html'), 'utf8')) : undefined
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://example').pathname)
    const file = normalize(join(folder, path === '/' ? 'index.html' : path))
    if (policy) response.setHeader('Content-Security-Policy', policy)
    // Chromium requests this file without being told to.
    if (path === '/favicon.ico') return void response.writeHead(204).end()
    if (!file.startsWith(folder + sep) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      return void response.writeHead(404).end()
    }
    response.setHeader('Content-Type', contentTypes[extname(file)] ?? 'application/octet-stream')
    response.end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}
