// Checks that a release tag matches package.json, CMakeLists.txt and CHANGELOG.md: `node scripts/check-release.mjs v0.1.0`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { main, UserError } from './lib/log.mjs'
import { root } from './lib/paths.mjs'

/** One sentence for each file that does not match the tag; an empty list if all match. */
export function releaseFaults(tag, { packageJson, cmake, changelog }) {
  const version = /^v(\d+\.\d+\.\d+)$/.exec(tag)?.[1]
  if (version === undefined) return [`the tag is '${tag}', expected v and a version, such as v0.1.0`]
  const faults = []
  const ofPackage = JSON.parse(packageJson).version
  if (ofPackage !== version) faults.push(`package.json has version ${ofPackage}, the tag says ${version}`)
  const ofCMake = /project\(attenscope VERSION (\S+)/.exec(cmake)?.[1]
  if (ofCMake !== version) faults.push(`CMakeLists.txt has version ${ofCMake}, the tag says ${version}`)
  const headings = changelog.split('\n').filter((line) => line.startsWith('## '))
  if (!headings.some((line) => line === `## ${version}` || line.startsWith(`## ${version} (`)))
    faults.push(`CHANGELOG.md has no section '## ${version}'`)
  return faults
}

const read = (file) => readFileSync(join(root, file), 'utf8')

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(async () => {
    const faults = releaseFaults(process.argv[2] ?? '', {
      packageJson: read('package.json'),
      cmake: read('CMakeLists.txt'),
      changelog: read('CHANGELOG.md')
    })
    if (faults.length > 0) throw new UserError(faults.join('\n'))
  })
}
