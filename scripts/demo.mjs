// Serves the built demo site with its strict Content-Security-Policy: `npm run demo -- [--port N] [--host NAME]`.
import { parseArgs } from 'node:util'
import { buildSite } from './build.mjs'
import { main, step } from './lib/log.mjs'
import { serveDemo } from './lib/vite.mjs'

await main(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '5173' },
      host: { type: 'string', default: 'localhost' },
      // Serves the sources instead of the built site, and reloads the page when a source changes.
      dev: { type: 'boolean', default: false }
    }
  })
  process.exitCode = await buildSite({ onlyPackage: values.dev })
  if (process.exitCode) return
  step('starting the server (about 2 s)')
  process.exitCode = await serveDemo(values)
})
