// Serves the demo site with Vite, under the pinned Node: `serve-demo.mjs MODE PORT HOST`; prints the address when it answers.
import { join } from 'node:path'
import { root } from './paths.mjs'

const [mode, port, host] = process.argv.slice(2)
const address = { port: Number(port), host }
const config = { root: join(root, 'web/demo'), logLevel: 'warn' }

/** The built site, or the sources with reloads. */
async function start() {
  const { createServer, preview } = await import('vite')
  if (mode !== 'dev') return preview({ ...config, preview: address })
  return (await createServer({ ...config, server: address })).listen()
}

const { resolvedUrls } = await start()
console.log('The demo answers until Ctrl+C, at')
for (const url of [...resolvedUrls.local, ...resolvedUrls.network]) console.log(url)
