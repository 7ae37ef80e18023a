/** The hosts written in Python, in a virtual environment that is created once. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runIn } from '../packed.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const home = join(root, '.toolchain/hosts')
const requirements = fileURLToPath(new URL('python-requirements.txt', import.meta.url))

/** Returns the environment's folder. Installs the requirements first, unless they are already installed. */
export async function pythonHome(): Promise<string> {
  const stamp = join(home, 'requirements.txt')
  const wanted = readFileSync(requirements, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return home
  rmSync(home, { recursive: true, force: true })
  await runIn(root, 'python3', ['-m', 'venv', home])
  await runIn(root, join(home, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--requirement', requirements])
  writeFileSync(stamp, wanted)
  return home
}
