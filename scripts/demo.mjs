// Serves the demo site as it is published, with its strict Content-Security-Policy: `npm run demo -- [--port N] [--host NAME]`.
import { parseArgs } from 'node:util'
import { buildSite } from './build.mjs'
import { main, step } from './lib/log.mjs'
import { vite } from './lib/vite.mjs'

await main(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '5173' },
      host: { type: 'string', default: 'localhost' },
      // Vite's own server, which reloads the page when its sources change.
      dev: { type: 'boolean', default: false }
    }
  })
  process.exitCode = await buildSite({ onlyPackage: values.dev })
  if (process.exitCode) return
  step('starting the demo; Ctrl+C ends it')
  process.exitCode = await vite([
    ...(values.dev ? ['web/demo'] : ['preview', 'web/demo']),
    ...['--port', values.port, '--host', values.host]
  ])
})
