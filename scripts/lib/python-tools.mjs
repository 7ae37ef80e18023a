// Installs the linters that come from PyPI, at the versions and hashes of scripts/lint/requirements.txt.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from './lock.mjs'
import { step, UserError } from './log.mjs'
import { root, toolchainDir } from './paths.mjs'
import { execute, has, run } from './run.mjs'

const requirements = join(root, 'scripts/lint/requirements.txt')
const folder = join(toolchainDir, 'lint')
const stamp = join(folder, 'installed')

/** The programs of the linters: { ruff, clangTidy }, as paths. */
export async function ensurePythonTools() {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  await withLock(join(toolchainDir, 'lint-lock'), async () => {
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
    if (!(await has('python3')) || (await execute(['python3', '-m', 'pip', '--version'])).code !== 0) {
      throw new UserError('The linters of C++ and Python need Python 3.10 or newer with pip: install python3-pip.')
    }
    step('pip install of the linters')
    rmSync(folder, { recursive: true, force: true })
    const quiet = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore']
    const pinned = ['--require-hashes', '--only-binary=:all:', '--no-deps', '-r', requirements]
    await run(['python3', '-m', 'pip', 'install', ...quiet, '--target', folder, ...pinned])
    writeFileSync(stamp, wanted)
  })
  return { ruff: join(folder, 'bin/ruff'), clangTidy: join(folder, 'clang_tidy/data/bin/clang-tidy') }
}
