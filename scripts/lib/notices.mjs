// Collects the licences of the packages that a bundle took code from, as those licences ask.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/** Names of the packages whose files a folder's source maps name. */
function bundledPackages(folder) {
  const names = new Set()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js.map'))) {
    for (const source of JSON.parse(readFileSync(join(folder, file), 'utf8')).sources) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(source)?.[1]
      if (name) names.add(name)
    }
  }
  return names
}

/** Name, version and licence text of one package. */
function noticeOf(name) {
  const folder = join(root, 'node_modules', name)
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : ''
  return `${name} ${version} (${license})\n\n${text}\n`
}

/** Header-only libraries that the WebAssembly modules are compiled with. */
const compiledIn = [
  'xsimd (BSD-3-Clause), https://github.com/xtensor-stack/xsimd\n',
  'Eigen (MPL-2.0), https://gitlab.com/libeigen/eigen: its source is there, as the licence asks to be told\n'
]

/** Writes THIRD-PARTY-NOTICES.txt for the bundles of a folder and for further packages that are copied into it. */
export function writeNotices(folder, copied) {
  const notices = [...new Set([...bundledPackages(folder), ...copied])]
    .sort()
    .filter((name) => existsSync(join(root, 'node_modules', name)))
    .map(noticeOf)
  notices.push(...compiledIn)
  const rule = `\n${'-'.repeat(72)}\n\n`
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), ['This package contains code of:\n', ...notices].join(rule))
}
