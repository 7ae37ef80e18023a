/** Serves the built package, the models and made-up pages on two origins, with any policy and with files left out. */
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { root } from '../ts/support/folders.js'
import { contentTypes } from './content-types.js'

export interface PackageServer {
  /** The origin of the pages. */
  readonly origin: string
  /** Another origin with the same files, which allows requests from everywhere. */
  readonly elsewhere: string
  /** The address of a page with this body, under this Content-Security-Policy. */
  page(body: string, policy?: string): string
  close(): Promise<void>
}

/** The package's folders: the built files, a second copy, and a copy by a bundler that left out what is not JavaScript to it. */
const FOLDERS: readonly { readonly prefix: string; readonly leavesOut?: RegExp }[] = [
  { prefix: '/dist/' },
  { prefix: '/copy/' },
  { prefix: '/bare/', leavesOut: /\/(worker\.js|[^/]*\.wasm)$/ }
]

export async function startPackageServer(): Promise<PackageServer> {
  const pages = new Map<string, { readonly body: string; readonly policy: string | undefined }>()
  const answer = (): Server =>
    createServer((request, response) => {
      const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://page').pathname))
      response.setHeader('Access-Control-Allow-Origin', '*')
      const page = pages.get(path)
      if (page) {
        if (page.policy) response.setHeader('Content-Security-Policy', page.policy)
        response.setHeader('Content-Type', 'text/html; charset=utf-8')
        response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>${page.body}`)
        return
      }
      const folder = FOLDERS.find(({ prefix }) => path.startsWith(prefix))
      const file = join(root, folder ? `dist/${path.slice(folder.prefix.length)}` : path)
      const isServed = folder ? !folder.leavesOut?.test(path) : path.startsWith('/models/')
      if (!isServed || !existsSync(file) || !statSync(file).isFile()) {
        response.writeHead(path === '/favicon.ico' ? 204 : 404).end()
        return
      }
      response.setHeader('Content-Type', contentTypes[extname(file)] ?? 'application/octet-stream')
      createReadStream(file).pipe(response)
    })
  const servers = [answer(), answer()]
  const origins = await Promise.all(
    servers.map(
      (server) =>
        new Promise<string>((resolve) =>
          server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
        )
    )
  )
  const [origin = '', elsewhere = ''] = origins
  return {
    origin,
    elsewhere,
    page(body, policy) {
      const path = `/page-${pages.size}.html`
      pages.set(path, { body, policy })
      return `${origin}${path}`
    },
    close: async () => {
      for (const server of servers) server.closeAllConnections()
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    }
  }
}
