/** Serves the built package, dist/, with pages and files that a test writes: a page of an author without a build step. */
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { startBrowser, type OpenPage, type PageOptions } from './browsers.js'
import { contentTypes } from './content-types.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface PackageServer {
  readonly origin: string
  close(): Promise<void>
}

/** `files` are pages and other files by their paths, such as '/page.html'. Paths below /dist and /models are the project's own. */
export async function startPackage(files: Readonly<Record<string, string | Uint8Array>>): Promise<PackageServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://package')
    response.setHeader('Content-Type', contentTypes[extname(pathname)] ?? 'application/octet-stream')
    const own = files[pathname]
    if (own !== undefined) return void response.end(own)
    if (pathname === '/favicon.ico') return void response.writeHead(204).end()
    const file = normalize(join(root, decodeURIComponent(pathname)))
    const isServed = ['dist', 'models'].some((folder) => file.startsWith(join(root, folder) + sep))
    if (!isServed || !statSync(file, { throwIfNoEntry: false })?.isFile()) return void response.writeHead(404).end()
    response.end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
}

/** The server and the page. They exist only while tests run. */
export interface PackagePage {
  server: PackageServer
  tab: OpenPage
}

/** Opens '/page.html' of these files in Chromium before the tests around the call, and closes the browser after them. */
export function inPackagePage(
  files: Readonly<Record<string, string | Uint8Array>> & { readonly '/page.html': string },
  options?: PageOptions
): PackagePage {
  const running = {} as PackagePage
  const closing: (() => Promise<void>)[] = []
  beforeAll(async () => {
    const server = await startPackage(files)
    closing.unshift(() => server.close())
    const browser = await startBrowser('chromium')
    closing.unshift(() => browser.close())
    Object.assign(running, { server, tab: await browser.open(options) })
    await running.tab.page.goto(`${server.origin}/page.html`)
  }, 120_000)
  afterAll(async () => {
    for (const close of closing) await close()
  })
  return running
}
