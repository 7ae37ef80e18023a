// Reads from the command line of `npm test` which suites and tests to run.
import { relative } from 'node:path'
import { UserError } from './log.mjs'
import { root } from './paths.mjs'
import { filesBelow } from './stamps.mjs'
import { suites } from './suites.mjs'

/** What `npm test -- --help` prints. */
export const usage = () =>
  `npm test -- [SUITE…] [FILE…] [--name PATTERN] [--full]

  SUITE            one of ${suites.map(({ name }) => name).join(', ')};
                   without one, all suites of a quick run
  FILE             a test file of a suite, or a part of its path (suites ${suites
    .filter(({ testFiles }) => testFiles)
    .map(({ name }) => name)
    .join(', ')})
  --name PATTERN   only tests whose names match: a regular expression in TypeScript suites, a pattern with * in C++ suites
  --full           run the slow tests too
  --minutes N      stop after so many minutes
  --slow-only      only suites that have slow tests, including these tests

  npm test -- package wasm-tests/ts/edits.test.ts
  npm test -- browser matrix
  npm test -- sanitizers --name "*softmax*"`

const testFilesOf = ({ testFiles }) =>
  testFiles ? filesBelow([testFiles], (path) => path.endsWith('.test.ts')).map((path) => relative(root, path)) : []

/** A typed path in the form of the list of test files: relative to the root, without a leading ./. */
const cleaned = (part) => part.replace(/^\.\//, '').replace(`${root}/`, '')

/**
 * The suites to run, and the parts of paths that select their test files. A file without a suite selects every suite that
 * has the file.
 *
 * @returns {{ chosen: object[], files: string[] }}
 * @throws UserError with the usage, if an argument is neither a suite nor a part of a test file's path
 */
export function choose(words, { full, slowOnly, name }) {
  const named = suites.filter((suite) => words.includes(suite.name))
  const files = words.filter((word) => !named.some((suite) => suite.name === word)).map(cleaned)
  const has = (suite, part) => testFilesOf(suite).some((file) => file.includes(part))
  for (const part of files) {
    if (!(named.length > 0 ? named : suites).some((suite) => has(suite, part))) {
      const where = named.length > 0 ? ` of ${named.map((suite) => suite.name).join(', ')}` : ''
      throw new UserError(`'${part}' is neither a suite nor a part of the path of a test file${where}.\n\n${usage()}`)
    }
  }
  let chosen = named
  if (files.length > 0) {
    chosen = (named.length > 0 ? named : suites).filter((suite) => files.some((part) => has(suite, part)))
  } else if (named.length === 0) {
    chosen = suites.filter(({ slow, quick = true }) => (slowOnly ? slow : full || quick))
  }
  if (name !== undefined) {
    const without = named.filter(({ takesName }) => !takesName)
    if (without.length > 0) {
      throw new UserError(`The suite ${without[0].name} cannot choose tests by name.\n\n${usage()}`)
    }
    chosen = chosen.filter(({ takesName }) => takesName)
  }
  return { chosen, files }
}
