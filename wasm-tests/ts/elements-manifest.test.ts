/** The custom-elements manifest beside the elements as they are registered, and the page that is made from it. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LitElement } from 'lit'
import { describe, expect, it } from 'vitest'
import { defineSource, elementSources, singleElements } from '../../scripts/lib/single-elements.mjs'
import table from '../../web/elements/elements.json' with { type: 'json' }
import { ViewElement } from '../../web/elements/base/view-element.js'
import { ModelElement } from '../../web/elements/controls/model-element.js'
import * as elements from '../../web/elements/define.js'
import type { ElementProperties, ElementTag } from '../../web/elements/element-properties.js'
import { elementsPage, type Manifest } from './support/elements-page.js'
import { root } from './support/folders.js'

const manifest = JSON.parse(readFileSync(join(root, 'dist/custom-elements.json'), 'utf8')) as Manifest
const declared = manifest.modules.flatMap(({ declarations }) => declarations)
const sources = readdirSync(join(root, 'web/elements'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(root, 'web/elements', file), 'utf8'))
  .join('\n')

/** Returns Lit's properties of a class, with the attribute of each that has one. */
function propertiesOf(name: string): ReadonlyMap<string, string | undefined> {
  const element = (elements as unknown as Record<string, typeof LitElement>)[name]!
  // Lit reads the attributes when the class is first used.
  void element.observedAttributes
  const known = [...element.elementProperties].filter(([, { state }]) => !state)
  return new Map(
    known.map(([property, { attribute }]) => [
      String(property),
      attribute === false ? undefined : typeof attribute === 'string' ? attribute : String(property).toLowerCase()
    ])
  )
}

describe('the table of elements', () => {
  it('is what define.ts registers', () => {
    const path = join(root, 'web/elements/define.ts')
    if (process.env['ATTENSCOPE_UPDATE_DOCS'] === '1') writeFileSync(path, defineSource)
    expect(readFileSync(path, 'utf8')).toBe(defineSource)
  })

  it.each(table)('$tag is the kind of class that the table says', ({ tag, kind, embeds }) => {
    const defined = customElements.get(tag)
    expect(Object.values<unknown>(elements)).toContain(defined)
    const { prototype } = defined as unknown as typeof LitElement
    expect(prototype instanceof ModelElement).toBe(kind === 'control')
    // A view needs a model's text or a saved run; one of positions needs neither.
    if (kind === 'view' && tag !== 'attn-position') expect(prototype instanceof ViewElement).toBe(embeds)
  })

  it.each([...elementSources])('%s has declarations in the package', (name, source) => {
    const entry = readFileSync(join(root, `dist/elements-${name}.d.ts`), 'utf8')
    expect(entry).toContain(`'./types/elements/${source}.js'`)
    expect(existsSync(join(root, `dist/types/elements/${source}.d.ts`))).toBe(true)
  })
})

describe('the custom-elements manifest', () => {
  it('has every element that the package registers', () => {
    expect(declared.map(({ tagName }) => tagName)).toEqual(singleElements.map((name) => `attn-${name}`).sort())
  })

  it.each(declared)('$tagName has the properties and attributes of its class', ({ name, members }) => {
    const fields = members.filter(({ kind, name }) => kind === 'field' && !['selection', 'source'].includes(name))
    expect(new Map(fields.map((field) => [field.name, field.attribute]))).toEqual(propertiesOf(name))
  })

  it.each(declared)('$tagName has a description of each member', (element) => {
    const { members, events = [], cssParts = [], cssProperties = [] } = element
    const unsaid = [element, ...members, ...events, ...cssParts, ...cssProperties].filter(
      ({ description = '' }) => description === ''
    )
    expect(unsaid.map(({ name }) => name)).toEqual([])
    expect(members.filter(({ name }) => name.startsWith('_'))).toEqual([])
  })

  it.each(declared)('$tagName names only existing events, parts and custom properties', (element) => {
    const { name, events = [], cssParts = [], cssProperties = [] } = element
    const named = [
      ...events.map(({ name }) => `CustomEvent('${name}'`),
      ...cssParts.map(({ name }) => `part="${name}"`)
    ]
    expect(named.filter((text) => !sources.includes(text))).toEqual([])
    const { elementStyles } = (elements as unknown as Record<string, typeof LitElement>)[name]!
    const css = elementStyles.map(String).join('\n')
    const unused = cssProperties.filter(({ name }) => !new RegExp(`var\\(\\s*${name}[,)\\s]`).test(css))
    expect(unused.map(({ name }) => name)).toEqual([])
  })

  it('has the properties of the types', () => {
    // A renamed property is a type error here. A property that is missing in the manifest fails above.
    const known: { [Tag in ElementTag]?: (keyof ElementProperties[Tag])[] } = {
      'attn-heads': ['model', 'text', 'layer', 'head', 'shownPart', 'trace', 'noKeep'],
      'attn-generate': ['temperature', 'seed', 'maxTokens', 'autostart', 'edits'],
      'attn-compare': ['baseline', 'otherText', 'baselineLabel']
    }
    for (const [tag, properties] of Object.entries(known)) {
      const members = declared.find(({ tagName }) => tagName === tag)?.members ?? []
      expect(members.map(({ name }) => name)).toEqual(expect.arrayContaining(properties))
    }
  })
})

describe('docs/elements.md', () => {
  it('equals the page made from the manifest', async () => {
    const path = join(root, 'docs/elements.md')
    const page = await elementsPage(manifest, path)
    if (process.env['ATTENSCOPE_UPDATE_DOCS'] === '1') writeFileSync(path, page)
    expect(readFileSync(path, 'utf8')).toBe(page)
  })
})
