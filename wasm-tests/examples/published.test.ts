/** The tarball as tools for packages judge it. */
import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pack, runIn, type Packed } from './packed.js'

const LARGEST_FILE_BYTES = 5_000_000
let packed: Packed
let bytes: Buffer<ArrayBuffer>

beforeAll(async () => {
  packed = await pack()
  bytes = readFileSync(packed.tarball)
}, 60_000)

afterAll(() => packed.remove())

describe('the tarball', () => {
  it('is clean to publint', async () => {
    const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true })
    expect(messages).toEqual([])
  })

  it('has declarations that every resolution of ES modules finds', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)))
    if (!analysis.types) throw new Error('no declarations were found')
    expect(Object.keys(analysis.entrypoints)).toEqual(expect.arrayContaining(['.', './elements']))
    // The package is of ES modules alone: those before `exports` and require() are not promised anything.
    const promised = analysis.problems.filter(
      (problem) => !('resolutionKind' in problem && /^node10$|^node16-cjs$/.test(problem.resolutionKind))
    )
    expect(promised).toEqual([])
  })

  it('has no file over 5 MB', async () => {
    const listing = await runIn('.', 'tar', ['-tvzf', packed.tarball])
    const sizes = listing.split('\n').flatMap((line) => {
      const [, size, name] = /^\S+\s+\S+\s+(\d+)\s.*\s(package\/\S+)$/.exec(line) ?? []
      return name ? [{ name, size: Number(size) }] : []
    })
    expect(sizes.map(({ name }) => name)).toContain('package/dist/attenscope-relaxed.wasm')
    expect(sizes.filter(({ size }) => size > LARGEST_FILE_BYTES)).toEqual([])
  })
})
