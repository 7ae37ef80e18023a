// Writes the API documentation into build/docs/api/ from the docstrings of the package's exports.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureDependencies, ensureOwnDependencies } from './lib/dependencies.mjs'
import { main, step } from './lib/log.mjs'
import { packageCommand, pinnedEnv } from './lib/node.mjs'
import { root } from './lib/paths.mjs'
import { execute } from './lib/run.mjs'

/** TypeDoc has its own packages: it needs an older TypeScript than the one that compiles the sources. */
const tool = join(root, 'scripts/api-docs')

/** Runs TypeDoc, which reports an exported name without a docstring as an error; resolves to { code, output }. */
export async function writeApiDocs(options = {}) {
  await ensureOwnDependencies(tool)
  const typedoc = join(tool, 'node_modules/typedoc/bin/typedoc')
  const command = [packageCommand('node'), typedoc, '--options', join(tool, 'typedoc.config.mjs')]
  return execute(command, { ...options, cwd: root, env: { ...options.env, ...pinnedEnv(), NO_COLOR: '1' } })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    await ensureDependencies()
    step('writing build/docs/api/')
    const { code, output } = await writeApiDocs()
    console.log(output.trimEnd())
    process.exitCode = code
  })
}
