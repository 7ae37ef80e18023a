/**
 * Creates the package with `npm pack`, and installs examples with it in a folder without the repository's own packages.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const commands = join(root, 'node_modules/.bin')

/** A build that never ends must fail by itself: nothing else would stop its process. */
const COMMAND_LIMIT_MS = 240_000

export interface Packed {
  readonly tarball: string
  /**
   * Returns a copy of the example's folder, built, with the package installed and the repository's `packages` and
   * `models` beside it.
   */
  install(
    example: string,
    wants?: { packages?: readonly string[]; models?: Readonly<Record<string, string>> }
  ): Promise<string>
  remove(): void
}

/**
 * The variables of a command in a folder: its PATH has the folder's own commands, then the repository's. Vitest's
 * NODE_ENV is left out, because bundlers choose their mode by it; frameworks are told to report nothing to their makers.
 */
export function environment(folder: string): NodeJS.ProcessEnv {
  const { NODE_ENV: _, VITEST: __, ...others } = process.env
  const PATH = [join(folder, 'node_modules/.bin'), commands, others['PATH'] ?? ''].join(delimiter)
  return { ...others, PATH, NO_COLOR: '1', CI: '1', NEXT_TELEMETRY_DISABLED: '1', NG_CLI_ANALYTICS: 'false' }
}

/**
 * Runs a command with the folder's own commands and the repository's bundlers, but nothing else of the repository.
 * Returns its output.
 */
export async function runIn(folder: string, command: string, words: readonly string[]): Promise<string> {
  const limits = { timeout: COMMAND_LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 1 << 26 } as const
  const { stdout, stderr } = await execute(command, words, { cwd: folder, env: environment(folder), ...limits })
  return stdout + stderr
}

export async function pack(): Promise<Packed> {
  const home = mkdtempSync(join(tmpdir(), 'attenscope-examples-'))
  const report = await runIn(root, 'npm', ['pack', '--json', '--silent', '--pack-destination', home])
  const tarball = join(home, /"filename":\s*"([^"]+)"/.exec(report)?.[1] ?? '')

  return {
    tarball,
    async install(example, { packages = [], models = {} } = {}) {
      const folder = join(home, example)
      cpSync(join(root, 'examples', example), folder, { recursive: true })
      const file = join(folder, 'package.json')
      const { devDependencies: _, ...wanted } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
      writeFileSync(file, JSON.stringify({ ...wanted, dependencies: { attenscope: `file:${tarball}` } }))
      await runIn(folder, 'npm', ['install', '--offline', '--no-audit', '--no-fund'])
      for (const name of packages) {
        cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
      }
      for (const [name, place] of Object.entries(models)) {
        cpSync(join(root, 'models', name), join(folder, place), { recursive: true })
      }
      await runIn(folder, 'npm', ['run', '--if-present', 'build'])
      return folder
    },
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 3 })
  }
}
