// Provisions Emscripten, clang and CMake as a Debian root file system in the checkout, and runs commands in it.
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { canInstall, debianMirror, ensureCommands } from './apt.mjs'
import { withLock } from './lock.mjs'
import { step, UserError } from './log.mjs'
import { root, rootfsDir, toolchainDir } from './paths.mjs'
import { execute, failureText, run } from './run.mjs'

/** The exact versions of the packages that decide what the builds produce. */
const lock = JSON.parse(readFileSync(join(root, 'scripts/toolchain.lock.json'), 'utf8'))
const { suite } = lock
const pinned = Object.entries(lock.packages).map(([name, version]) => `${name}=${version}`)
const recipe = JSON.stringify(lock)
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

/**
 * The ways to get the packages, from the most exact. Debian's testing suite moves on: a mirror drops a version when the next
 * one comes, and the archive of all versions is not reachable from everywhere.
 */
function sourcesOf(mirror) {
  const exact = `--include=${pinned.join(',')}`
  return [
    { what: 'the pinned versions', include: exact, mirror },
    {
      what: "the pinned versions from Debian's archive of snapshots",
      include: exact,
      mirror: `https://snapshot.debian.org/archive/debian/${lock.snapshot}/`
    },
    {
      what: "the mirror's own versions",
      include: `--include=${Object.keys(lock.packages).join(',')}`,
      mirror,
      drifts: true
    }
  ]
}

async function bootstrap(partial) {
  const sources = sourcesOf(process.env.ATTENSCOPE_DEBIAN_MIRROR ?? debianMirror())
  let failure = ''
  for (const { what, include, mirror, drifts = false } of sources) {
    if (drifts && process.env.ATTENSCOPE_TOOLCHAIN_STRICT === '1') break
    if (failure) step(`that failed; trying ${what}`)
    const command = [
      'mmdebstrap',
      // A mirror and a snapshot can be older than the date until which the suite's Release file counts as new. The
      // signature of that file is checked all the same.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      '--variant=apt',
      include,
      suite,
      partial,
      ...(mirror ? [mirror] : [])
    ]
    const result = await execute(command)
    if (result.code === 0) {
      if (drifts) step('WARNING: the toolchain is not of the versions in scripts/toolchain.lock.json')
      return
    }
    failure ||= failureText(command, result)
    await removeLeftovers()
  }
  throw new UserError(failure)
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
