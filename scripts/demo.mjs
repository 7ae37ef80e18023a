// Serves the demo site: `npm run demo -- [--port N] [--host NAME]`.
import { parseArgs } from 'node:util'
import { main, step } from './lib/log.mjs'
import { vite } from './lib/vite.mjs'
import { setup } from './setup.mjs'

await main(async () => {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '5173' }, host: { type: 'string', default: 'localhost' } }
  })
  await setup()
  step('starting the demo; Ctrl+C ends it')
  process.exitCode = await vite(['web/demo', '--port', values.port, '--host', values.host])
})
