// Installs the npm packages of the lock file when they are missing or others.
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { withLock } from './lock.mjs'
import { step, UserError } from './log.mjs'
import { hasPinnedNode, packageCommand, systemEnv, systemNode } from './node.mjs'
import { root, toolchainDir } from './paths.mjs'
import { run } from './run.mjs'

/** The oldest Node that runs relaxed SIMD without a flag. */
const oldestToolNode = 24

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages

/** Whether what npm says it installed is what the lock file asks for. */
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
  await run([...npm, 'ci', '--no-audit', '--no-fund'], { cwd: folder, env: systemEnv() })
}

/** Runs `npm ci` in a folder of packages that a tool has for itself, unless they are as its lock file says. */
export async function ensureOwnDependencies(folder) {
  await withLock(join(toolchainDir, 'npm-lock'), async () => {
    if (matchesLock(folder)) return
    step(`npm ci in ${relative(root, folder)}`)
    await installInto(folder)
  })
}

/**
 * Puts the machine's own Node among the packages' commands where there is no pinned one for the platform (scripts/node has
 * those of Linux).
 */
async function linkSystemNode() {
  const node = await systemNode()
  const major = Number((await run([node, '--version'])).slice(1).split('.')[0])
  if (major < oldestToolNode) {
    throw new UserError(`The tools need Node ${oldestToolNode} or newer on this platform; ${node} is version ${major}.`)
  }
  symlinkSync(node, packageCommand('node'))
}

/** Runs `npm ci` unless node_modules is as the lock file says. */
export async function ensureDependencies() {
  await withLock(join(toolchainDir, 'npm-lock'), async () => {
    if (matchesLock(root) && (await hasPinnedNode())) return
    step('installing the npm packages with npm ci (about a minute)')
    await installInto(root)
    if (!(await hasPinnedNode())) await linkSystemNode()
  })
}
