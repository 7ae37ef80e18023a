/** What has to agree before a version is released. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { releaseFaults } from '../../scripts/check-release.mjs'
import { root } from './support/folders.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const files = () => ({
  packageJson: read('package.json'),
  cmake: read('CMakeLists.txt'),
  changelog: read('CHANGELOG.md')
})
const { version } = JSON.parse(read('package.json')) as { version: string }

describe('a release', () => {
  it('of the version that the files have finds no fault', () => {
    expect(releaseFaults(`v${version}`, files())).toEqual([])
  })

  it('of another version names each file that has another one', () => {
    const faults = releaseFaults('v99.0.0', files()).join('\n')
    for (const file of ['package.json', 'CMakeLists.txt', 'CHANGELOG.md']) expect(faults).toContain(file)
  })

  it.each(['0.1.0', 'v0.1', 'v0.1.0-beta', ''])('refuses the tag %j', (tag) => {
    expect(releaseFaults(tag, files())).toEqual([`the tag is '${tag}', expected v and a version, such as v0.1.0`])
  })
})

describe('the workflows', () => {
  const uses = [
    '.github/workflows/ci.yml',
    '.github/workflows/release.yml',
    '.github/actions/set-up/action.yml'
  ].flatMap((path) => [...read(path).matchAll(/uses: (\S+)/g)].map(([, action = '']) => action))

  it('pin every foreign action by a whole commit hash', () => {
    const foreign = uses.filter((action) => !action.startsWith('./'))
    expect(foreign.length).toBeGreaterThan(5)
    for (const action of foreign) expect(action).toMatch(/@[0-9a-f]{40}$/)
  })

  it('ask for a token that proves who publishes in the two publishing jobs alone', () => {
    const count = (path: string) => read(path).match(/id-token: write/g)?.length
    expect([count('.github/workflows/ci.yml'), count('.github/workflows/release.yml')]).toEqual([1, 1])
  })
})
