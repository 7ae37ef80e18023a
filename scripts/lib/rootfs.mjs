// Provisions Emscripten, clang and CMake as a Debian root file system in the checkout, and runs commands in it.
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { canInstall, debianMirror, ensureCommands } from './apt.mjs'
import { withLock } from './lock.mjs'
import { step, UserError } from './log.mjs'
import { root, rootfsDir, toolchainDir } from './paths.mjs'
import { execute, failureText, run } from './run.mjs'

const suite = 'forky'
const packages = [
  'ca-certificates',
  'clang',
  'clang-format',
  'cmake',
  'doctest-dev',
  'emscripten',
  'git',
  'libclang-rt-dev',
  'libeigen3-dev',
  'libxsimd-dev',
  'lld',
  'llvm',
  'ninja-build'
]
const recipe = JSON.stringify({ suite, packages })
// Inside the root file system, so that it appears by the same rename that completes it.
const stampIn = (folder) => join(folder, 'etc/attenscope-toolchain.json')

const isComplete = () => existsSync(stampIn(rootfsDir)) && readFileSync(stampIn(rootfsDir), 'utf8') === recipe

const howToInstall =
  'No Emscripten of version 6.0 or newer was found on the PATH or in EMSDK: install it with emsdk ' +
  '(https://emscripten.org/docs/getting_started/downloads.html), with CMake ≥ 3.25, Ninja and a C++20 compiler, ' +
  'or run this as root on Debian or Ubuntu, where it is set up by itself.'

/** What an interrupted run left; other partial folders than ours cannot exist while we hold the lock. */
async function removeLeftovers() {
  const stale = readdirSync(toolchainDir).filter((name) => /^rootfs\.(partial|old)/.test(name))
  for (const name of stale) await run(['rm', '-rf', '--one-file-system', join(toolchainDir, name)])
}

async function bootstrap(partial) {
  const mirror = process.env.ATTENSCOPE_DEBIAN_MIRROR ?? debianMirror()
  const command = [
    'mmdebstrap',
    // Mirrors can lag behind the date in the suite's Release file; its signature is still checked.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--variant=apt',
    `--include=${packages.join(',')}`,
    suite,
    partial,
    ...(mirror ? [mirror] : [])
  ]
  let result = await execute(command)
  if (result.code !== 0) {
    step('the download failed; trying once more')
    await removeLeftovers()
    result = await execute(command)
  }
  if (result.code !== 0) throw new UserError(failureText(command, result))
}

/** Makes `.toolchain/rootfs`, if it is not there complete; takes about a minute and 1.2 GB. */
export async function provision() {
  if (isComplete() && (await execute(['sh', '-c', 'command -v bwrap'])).code === 0) return
  if (!canInstall()) throw new UserError(howToInstall)
  mkdirSync(toolchainDir, { recursive: true })
  await withLock(join(toolchainDir, 'lock'), async () => {
    await ensureCommands({ bwrap: 'bubblewrap' }, howToInstall)
    if (isComplete()) return
    // Ubuntu does not carry Debian's signing keys by itself; Debian has them installed already.
    const keyring = existsSync('/usr/share/keyrings/debian-archive-keyring.gpg') ? [] : ['debian-archive-keyring']
    await ensureCommands(
      Object.fromEntries([['mmdebstrap', 'mmdebstrap'], ...keyring.map((name) => [name, name])]),
      howToInstall
    )
    await removeLeftovers()
    const partial = join(toolchainDir, `rootfs.partial-${process.pid}`)
    step(`setting up Emscripten, clang and CMake in ${relative(root, rootfsDir)} (about a minute, 1.2 GB)`)
    await bootstrap(partial)
    writeFileSync(stampIn(partial), recipe)
    if (existsSync(rootfsDir)) renameSync(rootfsDir, join(toolchainDir, `rootfs.old-${process.pid}`))
    renameSync(partial, rootfsDir)
    // Libraries compiled by another Emscripten must not be linked.
    await run(['rm', '-rf', join(toolchainDir, 'em-cache')])
    await removeLeftovers()
  })
}

/** The command that runs `command` inside the root file system, with the checkout at its own path. */
export function inRootfs(command, { cwd = root, env = {} } = {}) {
  const shared = process.env.ATTENSCOPE_SHARED
  const bindShared = shared && existsSync(shared) && relative(root, shared).startsWith('..')
  const settings = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/tmp',
    CC: 'clang',
    CXX: 'clang++',
    EM_CACHE: join(toolchainDir, 'em-cache'),
    ...env
  }
  return [
    'bwrap',
    ...['--bind', rootfsDir, '/'],
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...['--bind', root, root],
    ...(bindShared ? ['--ro-bind', realpathSync(shared), shared] : []),
    ...['--die-with-parent', '--chdir', cwd],
    ...Object.entries(settings).flatMap(([name, value]) => ['--setenv', name, value]),
    ...command
  ]
}
