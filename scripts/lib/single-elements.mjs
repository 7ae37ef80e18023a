// The table of elements, web/elements/elements.json, and what derives from it for the build.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/**
 * A row of the table. `module` is the path of the class's file below web/elements, without its ending; `kind` is 'view' or
 * 'control'; `embeds` is true for an element that has something to show alone, from a text and a model or a saved run.
 */
const table = JSON.parse(readFileSync(join(root, 'web/elements/elements.json'), 'utf8'))

const nameOf = ({ tag }) => tag.replace(/^attn-/, '')
const classOf = ({ tag }) => tag.replace(/(?:^|-)(\w)/g, (_, first) => first.toUpperCase())

/** The source of each element below web/elements, without its ending, by the element's name. */
export const elementSources = new Map(table.map((row) => [nameOf(row), row.module]))

/** The names of the elements; each has an entry of its own in the package. */
export const singleElements = [...elementSources.keys()]

/** The text of web/elements/define.ts, which registers every element. */
export const defineSource = [
  '/** Registers every element; loaded only if there are custom elements. Generated from elements.json. */',
  ...table.map((row) => `export { ${classOf(row)} } from './${row.module}.js'`),
  ''
].join('\n')
