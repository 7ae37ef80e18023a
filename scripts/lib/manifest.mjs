// The custom-elements manifest: what editors and component browsers read of the elements, from the sources' docstrings.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

const isPublic = ({ privacy = 'public' }) => privacy === 'public'

/** What is inherited is told with each element: the classes it comes from are no part of the package. */
const told = ({ inheritedFrom: _, ...member }) => member

/** One element as the package has it. */
function moduleOf({ path, declarations }) {
  const element = declarations.find(({ tagName }) => tagName !== undefined)
  if (!element) return undefined
  const { superclass: _, members, attributes, events, ...rest } = element
  const name = path.replace(/^.*\/|\.ts$/g, '')
  const published = `dist/elements-${name}.js`
  return {
    ...{ kind: 'javascript-module', path: published },
    declarations: [
      {
        ...rest,
        ...(members && { members: members.filter(isPublic).map(told) }),
        ...(attributes && { attributes: attributes.map(told) }),
        ...(events && { events: events.map(told) })
      }
    ],
    exports: [
      {
        ...{ kind: 'custom-element-definition', name: element.tagName },
        declaration: { name: element.name, module: published }
      }
    ]
  }
}

/** Writes custom-elements.json into the folder. */
export async function writeManifest(folder) {
  const { cli } = await import('@custom-elements-manifest/analyzer/cli.js')
  const argv = ['analyze', '--config', 'scripts/lib/manifest.config.mjs']
  const { schemaVersion, modules } = await cli({ argv, cwd: root, noWrite: true })
  const elements = modules.flatMap((module) => moduleOf(module) ?? [])
  elements.sort((a, b) => (a.path < b.path ? -1 : 1))
  const manifest = { schemaVersion, readme: '', modules: elements }
  // An optional property whose type says `undefined` as well has it twice.
  const text = JSON.stringify(manifest, null, 2).replaceAll(' | undefined | undefined', ' | undefined')
  writeFileSync(join(folder, 'custom-elements.json'), `${text}\n`)
}
