// The elements that have an entry of their own in the package: what web/elements/define.ts registers.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/** The source of each such element below web/elements, without its extension, by the element's name. */
export const elementSources = new Map(
  [...readFileSync(join(root, 'web/elements/define.ts'), 'utf8').matchAll(/from '\.\/([\w/-]+)\.js'/g)].map(
    ([, source = '']) => [source.replace(/^.*\//, ''), source]
  )
)

export const singleElements = [...elementSources.keys()]
