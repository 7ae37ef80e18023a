/** The files of the elements import each other without circles; a circle of types alone does no harm. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './support/folders.js'

const folder = join(root, 'web/elements')
const STATEMENT = /^\s*(?:import|export)\s+(type\s+)?(\{[^}]*\}|[^'"{}]*)\s*(?:from\s+)?['"](\.[^'"]+)\.js['"]/gm

/** True for `{ type A, type B }`, which the compiler removes. */
const areTypes = (names: string) =>
  /^\{.*\}\s*$/s.test(names) &&
  names
    .slice(1, names.lastIndexOf('}'))
    .split(',')
    .every((name) => /^\s*(type\s|$)/.test(name))

/** The files below web/elements that a file imports values from, at once and not on demand. */
function valuesOf(file: string): string[] {
  const text = readFileSync(join(folder, file), 'utf8')
  return [...text.matchAll(STATEMENT)].flatMap(([, type, names = '', target = '']) =>
    type || areTypes(names) ? [] : [join(file, '..', `${target}.ts`)]
  )
}

const graph = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, valuesOf(file)])
)

/** The first circle on a way from a file, as the files along it. */
function circleFrom(file: string, way: readonly string[], done: Set<string>): readonly string[] | undefined {
  const start = way.indexOf(file)
  if (start >= 0) return [...way.slice(start), file]
  if (done.has(file)) return undefined
  for (const next of graph.get(file) ?? []) {
    const circle = circleFrom(next, [...way, file], done)
    if (circle) return circle
  }
  done.add(file)
  return undefined
}

describe('the files of web/elements', () => {
  it('import values in no circle', () => {
    const done = new Set<string>()
    expect([...graph.keys()].map((file) => circleFrom(file, [], done)).find((circle) => circle)).toBeUndefined()
    expect([...graph.values()].flat().length).toBeGreaterThan(300)
  })

  it('keep no timers and frame requests of their own: the scheduler has them', () => {
    const withTimers = [...graph.keys()].filter(
      (file) =>
        !file.startsWith('pacing/') &&
        /\b(setTimeout|setInterval|requestAnimationFrame|queueMicrotask|requestIdleCallback)\(/.test(
          readFileSync(join(folder, file), 'utf8')
        )
    )
    // The address of a saved file is given back a while later: nothing is drawn then.
    expect(withTimers).toEqual(['parts/kept-files.ts'])
  })
})
