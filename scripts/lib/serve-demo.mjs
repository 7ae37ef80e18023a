// Serves the demo site with Vite, under the pinned Node: `serve-demo.mjs MODE PORT HOST`; prints its address once it runs.
import { join } from 'node:path'
import { root } from './paths.mjs'

const [mode, port, host] = process.argv.slice(2)
const address = { port: Number(port), host }
const config = { root: join(root, 'web/demo'), logLevel: 'warn' }

/** Starts a server for the built site, or for the sources with reloads. */
async function start() {
  const { createServer, preview } = await import('vite')
  if (mode !== 'dev') return preview({ ...config, preview: address })
  return (await createServer({ ...config, server: address })).listen()
}

const { resolvedUrls } = await start()
console.log('The demo runs at this address; Ctrl+C stops it:')
for (const url of [...resolvedUrls.local, ...resolvedUrls.network]) console.log(url)
