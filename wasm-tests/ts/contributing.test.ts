/** CONTRIBUTING.md and ARCHITECTURE.md name files, tests, suites and functions that exist. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { choose } from '../../scripts/lib/choice.mjs'
import { root } from './support/folders.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const contributing = read('CONTRIBUTING.md')

/** The files and folders that the examples add. */
const added = /albert|strongest|\/fr\//

/** Every path from the root in a page, in a sentence or in a command. */
const pathsIn = (page: string) =>
  [...page.matchAll(/(?<![\w./-])(?:web|src|scripts|wasm-tests|training|docs|bench)\/[\w./-]*\w\/?/g)].map(
    ([path]) => path
  )

/** The lines of a page that begin with `command`, without it. */
const callsOf = (command: string) =>
  contributing
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(command))
    .map((line) => line.slice(command.length).replace(/\s+#.*/, ''))

describe.each(['CONTRIBUTING.md', 'ARCHITECTURE.md'])('%s', (name) => {
  it('names only files and folders that exist, or that an example adds', () => {
    const paths = pathsIn(read(name)).filter((path) => !added.test(path))
    expect(paths.length).toBeGreaterThan(20)
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

describe('CONTRIBUTING.md', () => {
  it('chooses suites and tests as `npm test` understands them', () => {
    const calls = callsOf('npm test -- ')
    expect(calls.length).toBeGreaterThan(5)
    for (const call of calls) {
      const [words = '', name] = call.split(/ --name /)
      const files = words.split(' ').filter((word) => !added.test(word))
      const { chosen } = choose(files, { full: false, slowOnly: false, name })
      expect(chosen, call).not.toEqual([])
    }
  })

  it('chooses tests by names that their files have', () => {
    const calls = callsOf('npx vitest run --project package ').map((call) => /^(\S+) -t "(.*)"$/.exec(call))
    const named = calls.flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? ''] as const] : []))
    expect(named.length).toBeGreaterThan(0)
    for (const [file, test] of named) expect(read(file), file).toContain(test)
  })

  it('names only functions and types of the files that a question to a trace passes', () => {
    const [, section = ''] = /^## Add a question to a trace\n([\s\S]*?)^## /m.exec(contributing) ?? []
    const paths = pathsIn(section)
    // A file that is named without its folder lies beside one that is named with it.
    const folders = [...new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1)))]
    const code = [...section.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)
    const files = code.filter((text) => /\.(ts|h|cpp)$/.test(text))
    const found = files.map((file) =>
      [file, ...folders.map((folder) => folder + file)].find((path) => existsSync(join(root, path)))
    )
    expect(files.filter((_, at) => found[at] === undefined)).toEqual([])
    const sources = found.map((path) => read(path ?? '')).join('\n')
    const names = code
      .filter((text) => /^[\w.:]+(\(.*\))?$/.test(text) && !files.includes(text))
      .map((text) => text.replace(/\(.*/, '').split(/[.:]/).at(-1) ?? '')
    expect(names.length).toBeGreaterThan(10)
    expect(names.filter((name) => !sources.includes(name))).toEqual([])
  })
})
