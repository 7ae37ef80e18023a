// Which suites a change affects: those whose inputs are others than when the suite last passed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildDir } from './paths.mjs'
import { hashOf } from './stamps.mjs'

const file = join(buildDir, 'stamps/green-suites.json')
const read = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {})

/** The suites in their order, the affected ones first. Every suite still runs: an input may be missing from the list. */
export function affectedFirst(suites) {
  const green = read()
  const isAffected = ({ name, inputs }) => green[name] !== hashOf(inputs)
  return [...suites.filter(isAffected), ...suites.filter((suite) => !isAffected(suite))]
}

/** Remembers that a suite passed with its inputs as they are. */
export function rememberGreen({ name, inputs }) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ ...read(), [name]: hashOf(inputs) }, null, 2))
}
