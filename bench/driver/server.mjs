// Serves files unchanged, as a plain web server does. (Vite's preview server compresses each response, which takes
// longer than a local transfer.)
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm'
}

/**
 * Serves `folders`, a map from the start of a path to a folder. The first match is used. `headers` are added to every
 * response. Resolves to { origin, close() }.
 */
export async function serveFolders(folders, headers = {}) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://site').pathname
    const [start, folder] = Object.entries(folders).find(([start]) => path.startsWith(start)) ?? []
    const file = folder && normalize(join(folder, path.slice(start.length) || 'index.html'))
    const found = file?.startsWith(folder + sep) && statSync(file, { throwIfNoEntry: false })
    if (!found || !found.isFile()) return void response.writeHead(404).end()
    response.writeHead(200, {
      ...headers,
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Length': found.size
    })
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
