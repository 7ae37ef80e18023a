// Installs the npm packages if node_modules does not match the lock file.
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { withLock } from './lock.mjs'
import { step, UserError } from './log.mjs'
import { hasPinnedNode, packageCommand, systemEnv, systemNode } from './node.mjs'
import { root, toolchainDir } from './paths.mjs'
import { run } from './run.mjs'

/** The oldest major version of Node that runs relaxed SIMD without a flag. */
const oldestToolNode = 24

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages

/** Whether the packages that npm recorded as installed match the lock file. */
function matchesLock(folder) {
  const record = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(record)) return false
  const installed = packagesOf(record)
  return Object.entries(packagesOf(join(folder, 'package-lock.json'))).every(([path, wanted]) => {
    const found = installed[path]
    return path === '' || (found ? found.version === wanted.version : wanted.optional === true)
  })
}

async function installInto(folder) {
  const npm = process.env.npm_execpath ? [await systemNode(), process.env.npm_execpath] : ['npm']
  // No package needs its install script; older versions of npm do not know package.json's allowScripts.
  await run([...npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, env: systemEnv() })
}

/** Runs `npm ci` in the folder of a tool that has its own packages, unless they match the folder's lock file. */
export async function ensureOwnDependencies(folder) {
  await withLock(join(toolchainDir, 'npm-lock'), async () => {
    if (matchesLock(folder)) return
    step(`npm ci in ${relative(root, folder)}`)
    await installInto(folder)
  })
}

/**
 * Links the machine's Node into node_modules/.bin on a platform for which there is no pinned Node (scripts/node has
 * Linux only).
 */
async function linkSystemNode() {
  const node = await systemNode()
  const major = Number((await run([node, '--version'])).slice(1).split('.')[0])
  if (major < oldestToolNode) {
    throw new UserError(`The tools need Node ${oldestToolNode} or newer on this platform; ${node} is version ${major}.`)
  }
  symlinkSync(node, packageCommand('node'))
}

/** Runs `npm ci` unless node_modules matches the lock file. */
export async function ensureDependencies() {
  await withLock(join(toolchainDir, 'npm-lock'), async () => {
    if (matchesLock(root) && (await hasPinnedNode())) return
    step('installing the npm packages with npm ci (about a minute)')
    await installInto(root)
    if (!(await hasPinnedNode())) await linkSystemNode()
  })
}
