// Installs Emscripten, clang and CMake in a Debian root file system inside the checkout, and runs commands there.
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { canInstall, debianMirror, ensureCommands } from './apt.mjs'
import { withLock } from './lock.mjs'
import { step, UserError } from './log.mjs'
import { root, rootfsDir, toolchainDir } from './paths.mjs'
import { execute, failureText, run } from './run.mjs'

/** The Debian suite, the exact version of each package, and a date on which the snapshot archive has all these versions. */
const lock = JSON.parse(readFileSync(join(root, 'scripts/toolchain.lock.json'), 'utf8'))
const recipe = JSON.stringify(lock)
const isStrict = () => process.env.ATTENSCOPE_TOOLCHAIN_STRICT === '1'
// The stamp is inside the root file system, so that one rename puts both in place.
const stampIn = (folder) => join(folder, 'etc/attenscope-toolchain.json')

const isComplete = () => existsSync(stampIn(rootfsDir)) && readFileSync(stampIn(rootfsDir), 'utf8') === recipe

const howToInstall =
  'No Emscripten of version 6.0 or newer was found on the PATH or in EMSDK: install it with emsdk ' +
  '(https://emscripten.org/docs/getting_started/downloads.html), with CMake ≥ 3.25, Ninja and a C++20 compiler, ' +
  'or run this script as root on Debian or Ubuntu: it then installs these tools by itself.'

/** Removes partial folders of interrupted runs. While this process holds the lock, no other process uses such a folder. */
async function removeLeftovers() {
  const stale = readdirSync(toolchainDir).filter((name) => /^rootfs\.(partial|old)/.test(name))
  for (const name of stale) await run(['rm', '-rf', '--one-file-system', join(toolchainDir, name)])
}

/** The packages in apt's syntax: with their locked versions if `exact`, else by name alone. */
const included = (exact) =>
  Object.entries(lock.packages)
    .map(([name, version]) => (exact ? `${name}=${version}` : name))
    .join(',')

/** Installs the packages into `partial` from one archive; without `mirror`, from the default archive of mmdebstrap. */
async function bootstrapFrom(mirror, partial, exact) {
  const command = [
    'mmdebstrap',
    // The Release file of a slow mirror or of an old snapshot can be past its "Valid-Until" date. Locked versions cannot
    // be older ones in disguise, and the signature of the file and the hash of every package are still checked. Versions
    // that the mirror chooses need a file that is still valid.
    ...(exact ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    '--variant=apt',
    `--include=${included(exact)}`,
    lock.suite,
    partial,
    ...(mirror ? [mirror] : [])
  ]
  const result = await execute(command)
  if (result.code !== 0) await removeLeftovers()
  return { ...result, command }
}

/** Whether apt reached the archive, but did not find the locked version of a package. */
const lacksVersion = ({ output }) => /Version '[^']*' for '[^']*' was not found|Unable to locate package/.test(output)

/**
 * Installs the packages: the locked versions from the mirror, else the mirror's present versions with a printed warning.
 * ATTENSCOPE_DEBIAN_MIRROR names another mirror, such as an archive of dated snapshots, which keeps old versions.
 */
async function bootstrap(partial) {
  const mirror = process.env.ATTENSCOPE_DEBIAN_MIRROR ?? debianMirror()
  let result = await bootstrapFrom(mirror, partial, true)
  if (result.code !== 0 && !lacksVersion(result)) {
    step('the download failed; trying once more')
    result = await bootstrapFrom(mirror, partial, true)
  }
  if (result.code === 0) return
  if (!lacksVersion(result)) throw new UserError(failureText(result.command, result))

  if (isStrict()) {
    throw new UserError(
      'The mirror does not have all the versions in scripts/toolchain.lock.json, and ATTENSCOPE_TOOLCHAIN_STRICT=1 allows ' +
        `no other versions. Set ATTENSCOPE_DEBIAN_MIRROR to an archive of snapshots, at ${lock.snapshot}.`
    )
  }
  step('the mirror no longer has every version in scripts/toolchain.lock.json; installing its present versions')
  result = await bootstrapFrom(mirror, partial, false)
  if (result.code !== 0) throw new UserError(failureText(result.command, result))
  for (const line of differences(partial)) step(`NOT THE PINNED VERSION: ${line}`)
}

/** A map from each installed package of a root file system to its version. */
function installedVersions(folder) {
  const status = join(folder, 'var/lib/dpkg/status')
  if (!existsSync(status)) return new Map()
  const stanzas = readFileSync(status, 'utf8').split('\n\n')
  return new Map(stanzas.map((stanza) => [/^Package: (.*)$/m.exec(stanza)?.[1], /^Version: (.*)$/m.exec(stanza)?.[1]]))
}

/** One line for each package whose installed version is not the locked one. */
function differences(folder) {
  const installed = installedVersions(folder)
  return Object.entries(lock.packages)
    .filter(([name, version]) => installed.get(name) !== version)
    .map(([name, version]) => `${name} is ${installed.get(name) ?? 'missing'}; the lock file asks for ${version}`)
}

/** Makes `.toolchain/rootfs` unless it is complete; this takes about a minute and 1.2 GB. */
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
    const versionOf = (folder) => installedVersions(folder).get('emscripten')
    const sameEmscripten = versionOf(partial) === versionOf(rootfsDir)
    if (existsSync(rootfsDir)) renameSync(rootfsDir, join(toolchainDir, `rootfs.old-${process.pid}`))
    renameSync(partial, rootfsDir)
    // System libraries that another version of Emscripten compiled must not be linked.
    if (!sameEmscripten) await run(['rm', '-rf', join(toolchainDir, 'em-cache')])
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
    // Eigen and xsimd come from these packages: cmake/dependencies.cmake.
    ATTENSCOPE_LOCKED_PACKAGES: '1',
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
