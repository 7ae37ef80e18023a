// The linters: typescript-eslint, ruff and clang-tidy, each { name, run(options) → { code, output } }.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { toolExecute, toolRun } from '../toolchain.mjs'
import { ensureOwnDependencies } from './dependencies.mjs'
import { UserError } from './log.mjs'
import { packageCommand, pinnedEnv } from './node.mjs'
import { buildDir, root, toolchainDir } from './paths.mjs'
import { execute } from './run.mjs'
import { filesBelow, hashOf, isFresh, remember } from './stamps.mjs'

/** ESLint has its own packages: it needs a TypeScript with a parser API, which the repository's TypeScript lacks. */
const tool = join(root, 'scripts/lint')

async function eslint(options) {
  await ensureOwnDependencies(tool)
  const script = join(tool, 'node_modules/eslint/bin/eslint.js')
  const command = [packageCommand('node'), script, '--config', join(tool, 'eslint.config.mjs')]
  const more = options.fix ? ['--fix'] : []
  return execute([...command, ...more, 'web', 'wasm-tests', 'bench', 'vitest.config.ts'], {
    ...options,
    env: { ...options.env, ...pinnedEnv(), NO_COLOR: '1' }
  })
}

const ruffList = 'scripts/lint/ruff.txt'

/** Installs ruff from its pinned wheel into the toolchain's folder, if needed; resolves to the program's path. */
async function ensureRuff() {
  const folder = join(toolchainDir, 'ruff')
  const program = join(folder, 'bin/ruff')
  const hash = hashOf([ruffList])
  if (isFresh('ruff', hash, [program])) return program
  const python = ['python3', '-m', 'pip', 'install', '--quiet', '--upgrade', '--no-deps', '--require-hashes']
  const result = await execute([...python, '--target', folder, '--requirement', ruffList])
  if (result.code !== 0) {
    throw new UserError(`Ruff could not be installed; it needs Python 3 with pip.\n${result.output.trimEnd()}`)
  }
  remember('ruff', hash)
  return program
}

async function ruff(options) {
  const more = options.fix ? ['--fix'] : []
  const folders = ['training', 'wasm-tests', 'scripts']
  return execute([await ensureRuff(), 'check', '--output-format', 'concise', ...more, ...folders], options)
}

const tidyDir = join(buildDir, 'lint')
const tidyStamps = join(buildDir, 'stamps/clang-tidy.json')

/** The C++ files to check. The bindings are left out: they include Emscripten's headers, which a native compiler lacks. */
const tidyFiles = () =>
  filesBelow(['src'], (path) => path.endsWith('.cpp'))
    .map((path) => relative(root, path))
    .filter((path) => !path.startsWith('src/bindings/'))

/** The hash of a file and of its own header, because one run of clang-tidy checks both. */
const tidyHash = (file, rules) => hashOf([file, file.replace(/\.cpp$/, '.h')], [rules])

/** The files that the last commit or the working tree changed. A quick run in a clean clone checks only these. */
async function changedInGit() {
  const { code, output } = await execute(['git', 'diff', '--name-only', 'HEAD~1'])
  return new Set(code === 0 ? output.trim().split('\n') : [])
}

/** Runs `body` on each item; the number of items in work at once is the number of cores. */
async function onAllCores(items, body) {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await body(item)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}

/**
 * Clang-tidy is slow, so a run checks only some files. A full run checks the files that changed since they last passed and
 * the files that never passed. A quick run checks a file that never passed only if the last commit or the working tree
 * changed it.
 */
async function clangTidy(options) {
  const isFull = options.env?.ATTENSCOPE_FULL === '1'
  const rules = hashOf(['.clang-tidy', 'scripts/toolchain.lock.json'])
  const clean = existsSync(tidyStamps) ? JSON.parse(readFileSync(tidyStamps, 'utf8')) : {}
  const inGit = isFull ? new Set() : await changedInGit()
  const hashes = new Map(tidyFiles().map((file) => [file, tidyHash(file, rules)]))
  const files = [...hashes.keys()].filter(
    (file) => clean[file] !== hashes.get(file) && (isFull || file in clean || inGit.has(file))
  )
  if (files.length === 0) return { code: 0, output: '' }

  // Precompiled headers would hide a missing include.
  const settings = [
    '-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON',
    '-DCMAKE_CXX_COMPILER=clang++',
    '-DCMAKE_BUILD_TYPE=Release'
  ]
  await toolRun(['cmake', '-S', '.', '-B', tidyDir, '-G', 'Ninja', ...settings])
  const outputs = []
  await onAllCores(files, async (file) => {
    const result = await toolExecute(['clang-tidy', '-p', tidyDir, '--quiet', file], options)
    if (result.code === 0) clean[file] = hashes.get(file)
    else outputs.push(result.output)
    mkdirSync(join(buildDir, 'stamps'), { recursive: true })
    writeFileSync(tidyStamps, JSON.stringify(clean, null, 2))
  })
  return { code: outputs.length > 0 ? 1 : 0, output: outputs.join('\n') }
}

export const linters = [
  { name: 'ruff', run: ruff },
  { name: 'typescript-eslint', run: eslint },
  { name: 'clang-tidy', run: clangTidy }
]
