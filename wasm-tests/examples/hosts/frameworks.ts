/** The frameworks that the packed package must build in without settings, and the installation of each from its lock file. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildModels, modelsPackage } from '../../../scripts/build-models.mjs'
import { runIn } from '../packed.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

export interface Framework {
  /** The name of its folder in hosts/locks. */
  readonly name: string
  /** The folder in examples/. */
  readonly example: string
  /** Versions in place of those of the example. */
  readonly versions?: Readonly<Record<string, string>>
  /** The commands that build the page for production; the page is served from the folder `served`. */
  readonly build: readonly string[]
  readonly served?: string
  /** The folder whose files the framework copies into the page; default: public. */
  readonly assets?: string
  /** A server of the framework's own, in place of a static one: the built page needs it. */
  readonly start?: readonly string[]
  /** The development server, which must show the same page; the port is added to the words. */
  readonly dev?: readonly string[]
  /** Where the worker's script and the WebAssembly modules are left out, so that the page uses their copies. */
  readonly leavesOut?: 'always' | 'dev'
}

const vite = (version: string): Framework => ({
  name: `vite-${version.split('.')[0]}`,
  example: 'vite',
  versions: { vite: version },
  build: ['vite', 'build'],
  served: 'dist',
  dev: ['vite', '--strictPort', '--port'],
  // Vite's development servers before 8 move the package, but not its worker.
  ...(Number(version.split('.')[0]) < 8 && { leavesOut: 'dev' })
})

/** Next.js has two bundlers, and one lock file serves both. */
const next = (bundler: string): Framework => ({
  name: 'next',
  example: 'next',
  build: ['next', 'build', `--${bundler}`],
  start: ['next', 'start', '--port'],
  dev: ['next', 'dev', `--${bundler}`, '--port']
})

export const frameworks: Readonly<Record<string, Framework>> = {
  'Vite 5': vite('5.4.21'),
  'Vite 6': vite('6.4.6'),
  'Vite 7': vite('7.3.8'),
  'Vite 8': vite('8.3.8'),
  'Next.js with Turbopack': next('turbopack'),
  'Next.js with webpack': next('webpack'),
  Angular: {
    name: 'angular',
    example: 'angular',
    build: ['ng', 'build'],
    served: 'dist/browser',
    dev: ['ng', 'serve', '--port'],
    leavesOut: 'always'
  },
  VitePress: {
    name: 'vitepress',
    example: 'vitepress',
    build: ['vitepress', 'build'],
    served: '.vitepress/dist',
    dev: ['vitepress', 'dev', '--strictPort', '--port'],
    leavesOut: 'dev'
  },
  Vue: {
    name: 'vue',
    example: 'vue',
    build: ['npm', 'run', 'build'],
    served: 'dist',
    dev: ['vite', '--strictPort', '--port']
  },
  SvelteKit: {
    name: 'sveltekit',
    example: 'sveltekit',
    build: ['vite', 'build'],
    served: 'build',
    assets: 'static',
    dev: ['vite', '--strictPort', '--port']
  }
}

type Versions = Readonly<Record<string, string>>

/** The packages of the example's package.json at the framework's versions, without Attenscope. */
function packagesOf({ example, versions = {} }: Framework): { dependencies: Versions; devDependencies: Versions } {
  const file = readFileSync(join(root, 'examples', example, 'package.json'), 'utf8')
  const { dependencies, devDependencies } = JSON.parse(file) as Record<string, Versions | undefined>
  const { attenscope: _, ...others } = dependencies ?? {}
  const changed = (packages: Versions = {}) =>
    Object.fromEntries(Object.entries(packages).map(([name, version]) => [name, versions[name] ?? version]))
  return { dependencies: changed(others), devDependencies: changed(devDependencies) }
}

/** npm's error codes where the registry cannot be reached. */
const noNetwork =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/

/** Thrown where npm cannot reach its registry. */
export class NoNetwork extends Error {}

async function npm(folder: string, words: readonly string[]): Promise<void> {
  try {
    // Scripts of installed packages do not run.
    await runIn(folder, 'npm', [...words, '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1'])
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    const [code] = noNetwork.exec(stderr) ?? []
    throw code === undefined ? error : new NoNetwork(`npm cannot reach its registry (${code})`, { cause: error })
  }
}

/**
 * Returns a folder with the framework's packages, installed by `npm ci` if the lock file changed since the last call.
 * With ATTENSCOPE_UPDATE_LOCKS=1, it writes the lock file first.
 */
async function installed(framework: Framework): Promise<string> {
  const lock = join(root, 'wasm-tests/examples/hosts/locks', framework.name, 'package-lock.json')
  const home = join(root, '.toolchain/frameworks', framework.name)
  const manifest = JSON.stringify({ private: true, ...packagesOf(framework) })
  mkdirSync(home, { recursive: true })
  if (process.env['ATTENSCOPE_UPDATE_LOCKS'] === '1') {
    writeFileSync(join(home, 'package.json'), manifest)
    rmSync(join(home, 'package-lock.json'), { force: true })
    await npm(home, ['install', '--package-lock-only', '--omit-lockfile-registry-resolved'])
    cpSync(join(home, 'package-lock.json'), lock, { recursive: true })
  }
  const stamp = join(home, 'installed')
  const wanted = `${manifest}\n${readFileSync(lock, 'utf8')}`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return home
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home)
  writeFileSync(join(home, 'package.json'), manifest)
  cpSync(lock, join(home, 'package-lock.json'))
  await npm(home, ['ci'])
  writeFileSync(stamp, wanted)
  return home
}

/**
 * Returns a project: the example, the framework's packages, the tarball's files as npm would place them, and the model of
 * stories. It is outside the repository, because bundlers look for settings and packages in the folders above a project.
 */
export async function project(framework: Framework, tarball: string): Promise<string> {
  const home = await installed(framework)
  const folder = mkdtempSync(join(tmpdir(), `attenscope-${framework.name}-`))
  const packages = join(folder, 'node_modules')
  // Hard links are made in a tenth of the time that copies take; they need one file system.
  await runIn(home, 'cp', ['-al', 'node_modules', packages]).catch(() => {
    rmSync(packages, { recursive: true, force: true })
    cpSync(join(home, 'node_modules'), packages, { recursive: true, verbatimSymlinks: true })
  })
  cpSync(join(root, 'examples', framework.example), folder, { recursive: true })
  const attenscope = join(packages, 'attenscope')
  mkdirSync(attenscope)
  await runIn(attenscope, 'tar', ['-xzf', tarball, '--strip-components=1'])
  // The models as npm has them.
  if (!existsSync(modelsPackage)) buildModels()
  const assets = join(folder, framework.assets ?? 'public')
  cpSync(join(modelsPackage, 'stories'), join(assets, 'models/stories'), { recursive: true })
  // Chromium requests this file without being told to, and reports where it is missing.
  writeFileSync(join(assets, 'favicon.ico'), '')
  return folder
}
