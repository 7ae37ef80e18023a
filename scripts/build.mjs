// Builds the package into dist/ and the static demo site into build/site/.
import { main, step } from './lib/log.mjs'
import { vite } from './lib/vite.mjs'
import { setup } from './setup.mjs'

await main(async () => {
  await setup()
  step('building the demo site into build/site/')
  process.exitCode = await vite(['build', 'web/demo', '--outDir', '../../build/site', '--emptyOutDir'])
})
