// Serves the package and the checkpoints to the browser, as a plain host would.
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' }

/** `folders` by the first part of a path. Resolves to { origin, close() }. */
export async function serveFolders(folders) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://site').pathname
    if (path === '/') {
      return void response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>True sizes</title>')
    }
    const [, first, ...rest] = path.split('/')
    const folder = folders[first]
    const file = folder && normalize(join(folder, ...rest))
    const found = file?.startsWith(folder + sep) && statSync(file, { throwIfNoEntry: false })
    if (!found || !found.isFile()) return void response.writeHead(404).end()
    response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream')
    response.setHeader('Content-Length', found.size)
    createReadStream(file, { highWaterMark: 1 << 20 }).pipe(response)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections()
      server.close()
    }
  }
}
