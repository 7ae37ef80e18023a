// Collects the licences of the packages that a bundle took code from, as those licences ask.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './paths.mjs'

const licences = fileURLToPath(new URL('licences/', import.meta.url))

/** @typedef {{ name: string, version: string, license: string, text: string }} Notice */

/** The package that a module's path leads into. */
export function packageOf(path) {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1]
}

/** Names of the packages whose files a folder's source maps name. */
export function bundledPackages(folder) {
  const names = new Set()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js.map'))) {
    for (const source of JSON.parse(readFileSync(join(folder, file), 'utf8')).sources) {
      const name = packageOf(source)
      if (name) names.add(name)
    }
  }
  return names
}

/**
 * Name, version and licence text of one package.
 * @returns {Notice}
 */
function noticeOf(name) {
  const folder = join(root, 'node_modules', name)
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : ''
  return { name, version, license, text }
}

/**
 * What the WebAssembly modules are compiled with.
 * @type {readonly Notice[]}
 */
const compiledIn = [
  {
    name: 'xsimd',
    version: '14',
    license: 'BSD-3-Clause',
    text: `https://github.com/xtensor-stack/xsimd\n\n${readFileSync(join(licences, 'xsimd.txt'), 'utf8').trim()}`
  },
  {
    name: 'Eigen',
    version: '5',
    license: 'MPL-2.0',
    text: 'https://gitlab.com/libeigen/eigen: its source is there, as the licence asks to be told'
  },
  {
    name: 'Emscripten',
    version: '6',
    license: 'MIT',
    text: 'https://github.com/emscripten-core/emscripten\nCopyright (c) 2010-2014 Emscripten authors, see AUTHORS file'
  },
  {
    name: 'musl',
    version: '1.2',
    license: 'MIT',
    text: 'https://musl.libc.org\nCopyright © 2005-2020 Rich Felker, et al.'
  },
  {
    name: 'libc++',
    version: 'of LLVM',
    license: 'Apache-2.0 WITH LLVM-exception',
    text: 'https://libcxx.llvm.org'
  }
]

/**
 * Of these packages, as far as they are installed, and of what is compiled in.
 * @param {Iterable<string>} names
 * @returns {Notice[]}
 */
export function noticesOf(names) {
  return [...new Set(names)]
    .sort()
    .filter((name) => existsSync(join(root, 'node_modules', name)))
    .map(noticeOf)
    .concat(compiledIn)
}

/** @param {readonly Notice[]} notices */
export function noticesText(notices) {
  const rule = `\n${'-'.repeat(72)}\n\n`
  const texts = notices.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`)
  return ['This contains code of:\n', ...texts].join(rule)
}

/** Writes THIRD-PARTY-NOTICES.txt for the bundles of a folder and for further packages that are copied into it. */
export function writeNotices(folder, copied) {
  const names = [...bundledPackages(folder), ...copied]
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesText(noticesOf(names)))
}
