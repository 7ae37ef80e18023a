// Stores a hash of each build's inputs, so that a second run skips a build whose inputs did not change.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { buildDir, root } from './paths.mjs'

const stampFile = (name) => join(buildDir, 'stamps', name)

/** Every file below the given files and folders of the checkout, sorted. Missing paths are ignored. */
export function filesBelow(paths, keep = () => true) {
  const found = []
  const visit = (path) => {
    if (!existsSync(path)) return
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path)) if (name !== 'node_modules') visit(join(path, name))
    } else if (keep(path)) {
      found.push(path)
    }
  }
  for (const path of paths) visit(join(root, path))
  return found.sort()
}

/** A hash of the names and contents of files, and of `extra` strings. */
export function hashOf(paths, extra = []) {
  const hash = createHash('sha256')
  for (const text of extra) hash.update(`${text}\0`)
  for (const file of filesBelow(paths)) {
    hash.update(`${relative(root, file)}\0`)
    hash.update(createHash('sha256').update(readFileSync(file)).digest())
  }
  return hash.digest('hex')
}

/** Whether the last build of `name` had these inputs and all its outputs still exist. */
export function isFresh(name, hash, outputs = []) {
  const file = stampFile(name)
  return existsSync(file) && readFileSync(file, 'utf8') === hash && outputs.every((path) => existsSync(path))
}

export function remember(name, hash) {
  mkdirSync(dirname(stampFile(name)), { recursive: true })
  writeFileSync(stampFile(name), hash)
}

export function forget(name) {
  rmSync(stampFile(name), { force: true })
}
