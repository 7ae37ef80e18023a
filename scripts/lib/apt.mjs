// Installs missing commands on Debian and Ubuntu, and reads the machine's package mirror from its apt sources.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { step, UserError } from './log.mjs'
import { has, run } from './run.mjs'

const quietly = { DEBIAN_FRONTEND: 'noninteractive' }
let updated = false
/** The last installation. Installations wait for each other, because apt-get fails while another one holds its lock. */
let lastInstall = Promise.resolve()

/** Whether packages can be installed: apt exists and the user is root. */
export const canInstall = () => existsSync('/usr/bin/apt-get') && process.getuid?.() === 0

/**
 * Installs the packages whose command is missing. `wanted` maps a command to its package; `instead` is the error message
 * for machines where packages cannot be installed.
 */
export function ensureCommands(wanted, instead) {
  const result = lastInstall.then(() => installMissing(wanted, instead))
  lastInstall = result.catch(() => {})
  return result
}

async function installMissing(wanted, instead) {
  const missing = []
  for (const [command, name] of Object.entries(wanted)) if (!(await has(command))) missing.push(name)
  if (missing.length === 0) return
  if (!canInstall()) throw new UserError(instead)
  if (!updated) {
    step('apt-get update')
    await run(['apt-get', 'update'], { env: quietly })
    updated = true
  }
  step(`apt-get install ${missing.join(' ')}`)
  await run(['apt-get', 'install', '-y', '--no-install-recommends', ...missing], { env: quietly })
}

/** Parses sources in the one-line format (`*.list`): [{ uri, suite, components }]. */
function parseOneLine(text) {
  return text.split('\n').flatMap((line) => {
    const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line.trim())
    return match ? [{ uri: match[1], suite: match[2], components: match[3].split(/\s+/) }] : []
  })
}

/** Parses sources in the deb822 format (`*.sources`): [{ uri, suite, components }]. */
function parseDeb822(text) {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = {}
    for (const line of stanza.split('\n').filter((each) => !each.startsWith('#'))) {
      const match = /^([\w-]+):\s*(.*)$/.exec(line)
      if (match) fields[match[1].toLowerCase()] = match[2].trim().split(/\s+/)
    }
    if (!fields.types?.includes('deb') || fields.enabled?.[0] === 'no') return []
    return (fields.uris ?? []).flatMap((uri) =>
      (fields.suites ?? []).map((suite) => ({ uri, suite, components: fields.components ?? [] }))
    )
  })
}

/** The Debian mirror that this machine uses, or undefined if the machine does not run Debian. */
export function debianMirror() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  if (!/^ID=debian$/m.test(release)) return undefined
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(release)?.[1]
  const folder = '/etc/apt/sources.list.d'
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  const entries = ['/etc/apt/sources.list', ...files].filter(existsSync).flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    if (file.endsWith('.sources')) return parseDeb822(text)
    return file.endsWith('.list') ? parseOneLine(text) : []
  })
  // The suite must be the codename itself: the security archive has other suites, and lacks most packages.
  return entries.find(({ suite, components }) => suite === codename && components.includes('main'))?.uri
}
