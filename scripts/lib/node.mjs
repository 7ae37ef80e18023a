// Which Node runs what: the pinned one for the tools, the machine's own for what has to work on old ones too.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './paths.mjs'
import { run, execute } from './run.mjs'

const binFolder = join(root, 'node_modules/.bin')
const isPinned = (path) => path.startsWith(join(root, 'node_modules'))

/** PATH without the packages' own commands: what the user's shell would find. */
const outsidePath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.endsWith('node_modules/.bin') && !folder.includes('node-gyp-bin'))
    .join(delimiter)

/** The Node that the user started us with, even where `npm run` has put the pinned one in front of it. */
export async function systemNode() {
  const started = [process.env.npm_node_execpath, process.execPath].find((path) => path && !isPinned(path))
  return started ?? (await run(['sh', '-c', 'command -v node'], { env: { PATH: outsidePath() } })).trim()
}

/** Settings for a process in which `node` and the packages' commands are the pinned ones. */
export const pinnedEnv = () => ({ PATH: `${binFolder}${delimiter}${process.env.PATH ?? ''}` })

/** Settings for a process that must not depend on node_modules, such as the one that installs them. */
export const systemEnv = () => ({ PATH: outsidePath() })

/** The path of a command that a package brought. */
export const packageCommand = (name) => join(binFolder, name)

/** Whether the pinned Node is there and starts. */
export async function hasPinnedNode() {
  return existsSync(packageCommand('node')) && (await execute([packageCommand('node'), '--version'])).code === 0
}
