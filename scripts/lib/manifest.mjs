// Writes the custom-elements manifest, from which editors learn the elements' attributes and events.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

const isPublic = ({ privacy = 'public' }) => privacy === 'public'

/** A member without the name of the class it is inherited from: the package does not export that class. */
const withoutOrigin = ({ inheritedFrom: _, ...member }) => member

/** The manifest's entry for one element, under its path in the package. */
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
        ...(members && { members: members.filter(isPublic).map(withoutOrigin) }),
        ...(attributes && { attributes: attributes.map(withoutOrigin) }),
        ...(events && { events: events.map(withoutOrigin) })
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
  // The analyser adds `undefined` to the type of an optional property, even if the type has `undefined` already.
  const text = JSON.stringify(manifest, null, 2).replaceAll(' | undefined | undefined', ' | undefined')
  writeFileSync(join(folder, 'custom-elements.json'), `${text}\n`)
}
