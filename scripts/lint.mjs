// Looks for faults that a compiler lets pass: `npm run lint`; `--full` reads every C++ file, not only those that changed.
import { mkdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureDependencies, ensureOwnDependencies } from './lib/dependencies.mjs'
import { main, step } from './lib/log.mjs'
import { packageCommand, pinnedEnv } from './lib/node.mjs'
import { buildDir, root } from './lib/paths.mjs'
import { ensurePythonTools } from './lib/python-tools.mjs'
import { execute } from './lib/run.mjs'
import { filesBelow, hashOf } from './lib/stamps.mjs'
import { toolExecute, toolRun } from './toolchain.mjs'

/** typescript-eslint has packages of its own: it reads with a TypeScript that the sources are not compiled with. */
const tool = join(root, 'scripts/lint')

async function eslint(options) {
  await ensureDependencies()
  await ensureOwnDependencies(tool)
  const program = join(tool, 'node_modules/eslint/bin/eslint.js')
  const cache = ['--cache', '--cache-location', join(buildDir, 'lint/eslint'), '--cache-strategy', 'content']
  const command = [
    packageCommand('node'),
    program,
    '--config',
    join(tool, 'eslint.config.mjs'),
    ...cache,
    '--max-warnings=0'
  ]
  const env = { ...options.env, ...pinnedEnv(), NO_COLOR: '1' }
  return execute([...command, 'web', 'wasm-tests', 'bench', 'vitest.config.ts'], { ...options, env })
}

async function ruff(options) {
  const { ruff: program } = await ensurePythonTools()
  const settings = ['--config', join(tool, 'ruff.toml'), '--cache-dir', join(buildDir, 'lint/ruff')]
  return execute([program, 'check', ...settings, 'training', 'wasm-tests'], options)
}

/** Where clang-tidy finds how each file is compiled, and which files it found clean. */
const tidyFolder = join(buildDir, 'lint/clang-tidy')
const cleanFile = join(tidyFolder, 'clean.json')

/** The commands of the native build without its precompiled headers, which another clang cannot read. */
function writeCompileCommands() {
  const commands = JSON.parse(readFileSync(join(buildDir, 'native/compile_commands.json'), 'utf8'))
  const own = commands.filter(({ file }) => /^src\/(?!bindings|reference)/.test(relative(root, file)))
  for (const entry of own) {
    entry.command = entry.command.replace(
      /-Winvalid-pch|-fpch-\S+|(-Xclang -(include-pch|include|emit-pch) -Xclang \S+)/g,
      ''
    )
  }
  mkdirSync(tidyFolder, { recursive: true })
  writeFileSync(join(tidyFolder, 'compile_commands.json'), JSON.stringify(own))
  return own.map(({ file }) => file)
}

/**
 * A file takes some seconds. A quick run reads the files that changed since they were found clean; a full run also those
 * whose headers changed.
 */
async function clangTidy(options, full) {
  const { clangTidy: program } = await ensurePythonTools()
  if (!existsSync(join(buildDir, 'native/build.ninja'))) await toolRun(['cmake', '--preset', 'native'])
  const files = [...new Set(writeCompileCommands())]
  const clean = existsSync(cleanFile) ? JSON.parse(readFileSync(cleanFile, 'utf8')) : undefined
  if (!clean && !full)
    return { code: 0, output: 'clang-tidy: nothing was read before; `npm run lint -- --full` reads all files.\n' }
  const headers = hashOf(
    filesBelow(['src'], (path) => path.endsWith('.h')).map((path) => relative(root, path)),
    [readFileSync(join(root, '.clang-tidy'), 'utf8')]
  )
  const stampOf = (file) => ({ own: hashOf([relative(root, file)]), headers })
  const isClean = (file) => {
    const [known, now] = [clean?.[relative(root, file)], stampOf(file)]
    return known?.own === now.own && (!full || known.headers === now.headers)
  }
  const changed = files.filter((file) => !isClean(file))
  const found = { ...clean }
  const outputs = []
  const next = changed.values()
  const reader = async () => {
    for (const file of next) {
      const { code, output } = await toolExecute([program, '--quiet', '-p', tidyFolder, file], options)
      if (code === 0) found[relative(root, file)] = stampOf(file)
      else outputs.push(output)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, reader))
  writeFileSync(cleanFile, JSON.stringify(found, null, 2))
  return { code: outputs.length, output: outputs.join('') }
}

/** The linters: each { name, run({ full, … }) → { code, output } }. */
export const linters = [
  { name: 'eslint', run: (options) => eslint(options) },
  { name: 'ruff', run: (options) => ruff(options) },
  { name: 'clang-tidy', run: ({ full, ...options }) => clangTidy(options, full) }
]

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    for (const { name, run } of linters) {
      step(name)
      const { code, output } = await run({ full: process.argv.includes('--full') })
      process.stdout.write(output)
      if (code !== 0) process.exitCode = 1
    }
  })
}
