// Finds Chromium and Firefox for the browser tests and the benchmarks, or installs them on Debian.
import { ensureCommands } from './apt.mjs'
import { UserError } from './log.mjs'
import { execute } from './run.mjs'

const known = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  firefox: ['firefox-esr', 'firefox']
}

/** Chromium's flags: no network requests of its own, and neither sandbox nor GPU, because containers rarely have them. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

export const missingBrowser = (name) =>
  `${name} was not found: install it, or set ATTENSCOPE_${name.toUpperCase()} to the path of its binary.`

/**
 * The path of a browser: from ATTENSCOPE_CHROMIUM or ATTENSCOPE_FIREFOX, or the first known command on the PATH; undefined
 * if neither exists.
 *
 * @param {'chromium' | 'firefox'} name
 * @returns {Promise<string | undefined>}
 */
export async function findBrowser(name) {
  const set = process.env[`ATTENSCOPE_${name.toUpperCase()}`]
  if (set) return set
  for (const command of known[name]) {
    const { code, output } = await execute(['sh', '-c', `command -v ${command}`])
    if (code === 0) return output.trim()
  }
  return undefined
}

/** The paths of both browsers as environment variables; installs a missing browser if the machine allows it. */
export async function ensureBrowsers() {
  const settings = {}
  for (const [name, commands] of Object.entries(known)) {
    if (!(await findBrowser(name))) await ensureCommands({ [commands[0]]: commands[0] }, missingBrowser(name))
    const path = await findBrowser(name)
    if (!path) throw new UserError(missingBrowser(name))
    settings[`ATTENSCOPE_${name.toUpperCase()}`] = path
  }
  return settings
}
