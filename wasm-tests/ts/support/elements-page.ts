/** Writes docs/elements.md from the custom-elements manifest. */
import { resolveConfig, format } from 'prettier'

interface Named {
  readonly name: string
  readonly description?: string
}

export interface Member extends Named {
  readonly kind: 'field' | 'method'
  readonly attribute?: string
  readonly readonly?: boolean
  readonly default?: string
  readonly type?: { readonly text: string }
}

export interface ManifestElement extends Named {
  readonly tagName: string
  readonly members: readonly Member[]
  readonly events?: readonly Named[]
  readonly cssParts?: readonly Named[]
  readonly cssProperties?: readonly Named[]
}

export interface Manifest {
  readonly modules: readonly { readonly path: string; readonly declarations: readonly ManifestElement[] }[]
}

const oneLine = (text = '') => text.replaceAll(/\s+/g, ' ').trim()
const inCell = (text: string) => text.replaceAll('|', '\\|')

const fieldsOf = ({ members }: ManifestElement) => members.filter(({ kind }) => kind === 'field')
const rowOf = ({ name, attribute, type, default: value, readonly, description }: Member): string => {
  const cells = [
    `\`${name}\``,
    attribute ? `\`${attribute}\`` : '–',
    `\`${inCell(oneLine(type?.text))}\``,
    value === undefined ? '–' : `\`${inCell(value)}\``,
    `${inCell(oneLine(description))}${readonly ? ' Read only.' : ''}`
  ]
  return `| ${cells.join(' | ')} |`
}

const table = (rows: readonly string[]) =>
  rows.length > 0
    ? `| property | attribute | type | default | meaning |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
    : ''

const list = (title: string, items: readonly Named[] = []) =>
  items.length > 0
    ? `${title}\n\n${items.map(({ name, description }) => `- \`${name}\`: ${oneLine(description)}`).join('\n')}\n`
    : ''

/** The kinds of element, with a sentence about each; `has` is a property by which its elements are known. */
const kinds = [
  {
    title: 'Every view',
    about: 'A view draws the patterns of its group, a saved trace, or a text that it runs through a model.',
    has: 'src'
  },
  {
    title: 'Every element with a model and its controls',
    about: 'These elements run a model for their group. They have a text box, examples, a button and settings.',
    has: 'autostart'
  }
]

export async function elementsPage({ modules }: Manifest, path: string): Promise<string> {
  const elements = modules.flatMap(({ declarations }) => declarations)
  const shared = kinds.map(({ title, about, has }) => {
    const members = elements.filter((element) => fieldsOf(element).some(({ name }) => name === has))
    const [first = [], ...others] = members.map((element) => fieldsOf(element).map(rowOf))
    return { title, about, members, rows: first.filter((row) => others.every((rows) => rows.includes(row))) }
  })
  const sections = elements.map((element) => {
    const { tagName, description, members, events, cssParts, cssProperties } = element
    const kind = shared.find(({ members }) => members.includes(element))
    const own = fieldsOf(element)
      .map(rowOf)
      .filter((row) => !kind?.rows.includes(row))
    return [
      `## \`${tagName}\``,
      `${oneLine(description)}${kind ? ` It also has the properties of ${kind.title.toLowerCase()}.` : ''}`,
      table(own),
      list(
        'Methods:',
        members.filter(({ kind }) => kind === 'method')
      ),
      ...[list('Events:', events), list('Parts:', cssParts), list('Custom properties:', cssProperties)]
    ]
  })
  const text = [
    '# The elements',
    'This page is generated from the docstrings of `web/elements`, by way of the custom-elements manifest `dist/custom-elements.json`. To write it again, run the tests with `ATTENSCOPE_UPDATE_DOCS=1`.',
    ...shared.flatMap(({ title, about, members, rows }) => [
      `## ${title}`,
      `${about} They are ${members.map(({ tagName }) => `\`${tagName}\``).join(', ')}.`,
      table(rows)
    ]),
    ...sections.flat()
  ]
  const settings = await resolveConfig(path)
  return format(text.filter((part) => part !== '').join('\n\n'), { ...settings, filepath: path })
}
