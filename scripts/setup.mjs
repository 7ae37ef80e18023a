// Prepares a checkout: the toolchain, the npm packages, the WebAssembly modules and the package in dist/.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildLibrary } from './build-lib.mjs'
import { buildWasm } from './build-wasm.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { withLock } from './lib/lock.mjs'
import { main, step } from './lib/log.mjs'
import { toolchainDir } from './lib/paths.mjs'
import { toolchain } from './toolchain.mjs'

/** Does the steps that are not done yet; takes a few seconds if nothing is missing. */
export async function setup() {
  await ensureDependencies()
  await toolchain()
  await withLock(join(toolchainDir, 'build-lock'), async () => {
    await buildWasm()
    await buildLibrary()
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    await setup()
    step('ready')
  })
}
