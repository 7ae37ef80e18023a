// Reads the table of elements, web/elements/elements.json, and derives the lists that the build needs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/**
 * The rows of the table. `module` is the path of the class's file below web/elements, without its extension; `kind` is
 * 'view' or 'control'; `embeds` is true for an element that works alone, from a text and a model or from a saved run.
 */
const table = JSON.parse(readFileSync(join(root, 'web/elements/elements.json'), 'utf8'))

const nameOf = ({ tag }) => tag.replace(/^attn-/, '')
const classOf = ({ tag }) => tag.replace(/(?:^|-)(\w)/g, (_, first) => first.toUpperCase())

/** A map from an element's name to its source file below web/elements, without its extension. */
export const elementSources = new Map(table.map((row) => [nameOf(row), row.module]))

/** The names of the elements; the package has an entry for each. */
export const singleElements = [...elementSources.keys()]

/** The names of the elements with a model and its controls. */
export const controlElements = table.filter(({ kind }) => kind === 'control').map(nameOf)

/** The text of web/elements/define.ts, which registers every element. */
export const defineSource = [
  '/** Registers every element; loaded only if there are custom elements. Generated from elements.json. */',
  ...table.map((row) => `export { ${classOf(row)} } from './${row.module}.js'`),
  ''
].join('\n')
