// Finds or installs Emscripten, and runs commands with it: `node scripts/toolchain.mjs -- cmake --preset native`.
import { existsSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { main, step, UserError } from './lib/log.mjs'
import { root } from './lib/paths.mjs'
import { inRootfs, provision } from './lib/rootfs.mjs'
import { execute, has, run } from './lib/run.mjs'

const oldestEmscripten = [6, 0]

/** Whether this emcc starts and is not older than `oldestEmscripten`. */
async function isUsable(emcc) {
  const { code, output } = await execute([emcc, '--version'])
  const match = /^emcc .*?(\d+)\.(\d+)\.\d+/m.exec(output)
  if (code !== 0 || !match) return false
  const [major, minor] = [Number(match[1]), Number(match[2])]
  return major > oldestEmscripten[0] || (major === oldestEmscripten[0] && minor >= oldestEmscripten[1])
}

/** The folder to add to PATH for an installed Emscripten ('' if emcc is on the PATH); undefined if there is none. */
async function hostEmscripten() {
  if (await isUsable('emcc')) return ''
  const sdk = process.env.EMSDK && join(process.env.EMSDK, 'upstream/emscripten')
  return sdk && existsSync(join(sdk, 'emcc')) && (await isUsable(join(sdk, 'emcc'))) ? sdk : undefined
}

let prepared

async function prepare() {
  const extraPath = await hostEmscripten()
  if (extraPath === undefined) {
    await provision()
    return { kind: 'rootfs', wrap: inRootfs }
  }
  for (const tool of ['cmake', 'ninja']) {
    if (!(await has(tool)))
      throw new UserError(`Emscripten was found, but ${tool} was not: install CMake ≥ 3.25 and Ninja.`)
  }
  const PATH = [extraPath, process.env.PATH].filter(Boolean).join(delimiter)
  return {
    kind: 'host',
    wrap: (command, { env = {} } = {}) => [
      'env',
      ...Object.entries({ PATH, ...env }).map((pair) => pair.join('=')),
      ...command
    ]
  }
}

/** Prepares the tools once per process; resolves to { kind: 'host' | 'rootfs', wrap }. */
export function toolchain() {
  prepared ??= prepare()
  return prepared
}

/** The command line that runs `command` with the tools. */
export async function toolCommand(command, options) {
  return (await toolchain()).wrap(command, options)
}

/** Runs a command with the tools; throws if the command fails. */
export async function toolRun(command, options = {}) {
  return run(await toolCommand(command, options), options)
}

/** Runs a command with the tools; resolves to { code, signal, output }, also if the command fails. */
export async function toolExecute(command, options = {}) {
  return execute(await toolCommand(command, options), options)
}

async function commandLine() {
  const separator = process.argv.indexOf('--')
  const command = separator < 0 ? [] : process.argv.slice(separator + 1)
  const { kind } = await toolchain()
  if (command.length === 0) {
    step(
      kind === 'host'
        ? 'the Emscripten installed on this machine is used'
        : 'the toolchain is ready in .toolchain/rootfs'
    )
    return
  }
  const inside = !relative(root, process.cwd()).startsWith('..')
  const { code, signal } = await toolExecute(command, {
    cwd: inside ? process.cwd() : root,
    live: true,
    input: 'inherit'
  })
  process.exitCode = signal ? 1 : code
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(commandLine)
