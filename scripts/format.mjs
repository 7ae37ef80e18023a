// Formats the C++ with clang-format and all other files with prettier; `--check` only lists files that need formatting.
import { pathToFileURL } from 'node:url'
import { relative } from 'node:path'
import { ensureDependencies } from './lib/dependencies.mjs'
import { main, step } from './lib/log.mjs'
import { packageCommand, pinnedEnv } from './lib/node.mjs'
import { root } from './lib/paths.mjs'
import { execute } from './lib/run.mjs'
import { filesBelow } from './lib/stamps.mjs'
import { toolExecute } from './toolchain.mjs'

const cppFiles = () =>
  filesBelow(['src', 'wasm-tests/cpp', 'bench'], (path) => /\.(h|cpp)$/.test(path)).map((path) => relative(root, path))

const otherFiles = ['**/*.{ts,mts,js,mjs,css,html,md}']

/** The two formatters: each { name, run(check) → { code, output } }. */
export const formatters = [
  {
    name: 'clang-format',
    run: (check) => toolExecute(['clang-format', ...(check ? ['--dry-run', '--Werror'] : ['-i']), ...cppFiles()])
  },
  {
    name: 'prettier',
    run: (check) =>
      execute(
        [
          packageCommand('prettier'),
          check ? '--check' : '--write',
          '--log-level=warn',
          '--no-error-on-unmatched-pattern',
          ...otherFiles
        ],
        { env: pinnedEnv() }
      )
  }
]

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    await ensureDependencies()
    for (const { name, run } of formatters) {
      step(name)
      const { code, output } = await run(process.argv.includes('--check'))
      process.stdout.write(output)
      if (code !== 0) process.exitCode = 1
    }
  })
}
