// Builds the package into dist/ and the static demo site into build/site/.
import { pathToFileURL } from 'node:url'
import { main, step } from './lib/log.mjs'
import { buildDemo } from './lib/vite.mjs'
import { setup } from './setup.mjs'

/** Runs the set-up and builds the site; resolves to an exit code. */
export async function buildSite({ onlyPackage = false } = {}) {
  await setup()
  if (onlyPackage) return 0
  step('building the demo site into build/site/ (about 10 s)')
  return buildDemo()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    process.exitCode = await buildSite()
    if (process.exitCode === 0) step('build/site/ is ready')
  })
}
