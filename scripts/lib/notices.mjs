// Collects the licences of the packages in a bundle: the licences require that their texts go with the code.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './paths.mjs'

const licences = fileURLToPath(new URL('licences/', import.meta.url))

/** @typedef {{ name: string, version: string, license: string, text: string }} Notice */

/** The name of the package in a module's path. */
export function packageOf(path) {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1]
}

/** The names of the packages in a folder's bundles, read from the source maps. */
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
 * The libraries that are compiled into the WebAssembly modules.
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
    text: 'https://gitlab.com/libeigen/eigen: the source is at this address (the licence requires this notice)'
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
 * The notices of these packages, if they are installed, and of the compiled libraries.
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
  return ['This software contains code of these packages:\n', ...texts].join(rule)
}

/** Writes THIRD-PARTY-NOTICES.txt for the bundles of a folder and for further packages that are copied into it. */
export function writeNotices(folder, copied) {
  const names = [...bundledPackages(folder), ...copied]
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesText(noticesOf(names)))
}
