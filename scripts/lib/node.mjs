// Chooses the Node for a command: the pinned Node for the tools, the machine's Node for code that supports old versions.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './paths.mjs'
import { run, execute } from './run.mjs'

const binFolder = join(root, 'node_modules/.bin')
const isPinned = (path) => path.startsWith(join(root, 'node_modules'))

/** PATH without node_modules/.bin, as in the user's shell. */
const outsidePath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith('node_modules/.bin') && !folder.includes('node-gyp-bin'))
    .join(delimiter)

/** The path of the user's Node, even if `npm run` has put the pinned Node first in PATH. */
export async function systemNode() {
  const started = [process.env.npm_node_execpath, process.execPath].find((path) => path && !isPinned(path))
  return started ?? (await run(['sh', '-c', 'command -v node'], { env: { PATH: outsidePath() } })).trim()
}

/** Environment variables for a process that uses the pinned `node` and the commands of the installed packages. */
export const pinnedEnv = () => ({ PATH: `${binFolder}${delimiter}${process.env.PATH ?? ''}` })

/** Environment variables for a process that must not depend on node_modules, such as `npm ci`. */
export const systemEnv = () => ({ PATH: outsidePath() })

/** The path of a command of an installed package. */
export const packageCommand = (name) => join(binFolder, name)

/** Whether the pinned Node is installed and starts. */
export async function hasPinnedNode() {
  return existsSync(packageCommand('node')) && (await execute([packageCommand('node'), '--version'])).code === 0
}
