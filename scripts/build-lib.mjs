// Builds the npm package into dist/: bundles, type declarations, and the WebAssembly modules beside them.
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildWasm, copyModules, moduleFiles } from './build-wasm.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { main, step } from './lib/log.mjs'
import { packageCommand, pinnedEnv } from './lib/node.mjs'
import { root, variants } from './lib/paths.mjs'
import { run } from './lib/run.mjs'
import { hashOf, isFresh, remember } from './lib/stamps.mjs'

const dist = join(root, 'dist')
const inputs = ['web/lib', 'web/elements', 'rolldown.config.mjs', 'tsconfig.json', 'tsconfig.build.json']
const outputs = ['index.js', 'worker.js', 'elements.js', 'cli.js', 'index.d.ts', 'elements.d.ts', 'types']

/** The package's entries say where their declarations are, so that these can stay a tree like the sources. */
function writeTypeEntries() {
  writeFileSync(join(dist, 'index.d.ts'), "export * from './types/lib/index.js'\n")
  writeFileSync(join(dist, 'elements.d.ts'), "export * from './types/elements/index.js'\n")
}

/** Builds dist/ unless nothing changed since. */
export async function buildLibrary() {
  const lock = join(root, 'package-lock.json')
  const hash = hashOf([...inputs, 'package-lock.json'])
  if (
    existsSync(lock) &&
    isFresh(
      'lib',
      hash,
      outputs.map((name) => join(dist, name))
    )
  )
    return
  step('building the package into dist/')
  rmSync(dist, { recursive: true, force: true })
  await run([packageCommand('rolldown'), '--config', 'rolldown.config.mjs'], { env: pinnedEnv() })
  await run([packageCommand('tsc'), '--project', 'tsconfig.build.json'], { env: pinnedEnv() })
  writeTypeEntries()
  chmodSync(join(dist, 'cli.js'), 0o755)
  remember('lib', hash)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    await ensureDependencies()
    if (!variants.flatMap(moduleFiles).every(existsSync)) await buildWasm()
    await buildLibrary()
    copyModules()
    step('dist/ is up to date')
  })
}
