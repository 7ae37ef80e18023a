/** The tarball as tools for packages judge it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { build } from 'esbuild'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { singleElements } from '../../scripts/lib/single-elements.mjs'
import { pack, runIn, type Packed } from './packed.js'

const LARGEST_FILE_BYTES = 5_000_000
const LARGEST_ELEMENT_BYTES = 60_000
let packed: Packed
let bytes: Buffer<ArrayBuffer>
/** A folder with the package and nothing else installed. */
let installed: string

beforeAll(async () => {
  packed = await pack()
  bytes = readFileSync(packed.tarball)
  installed = await packed.install('node')
}, 60_000)

afterAll(() => packed.remove())

/** Bytes, compressed, of what a page fetches before the element can draw: the entry, its element, and all they import. */
async function elementBytes(folder: string, name: string): Promise<number> {
  const entryPoint = join(folder, 'node_modules/attenscope/dist', `elements-${name}.js`)
  const settings = { bundle: true, splitting: true, format: 'esm', minify: true, write: false, metafile: true } as const
  const { metafile, outputFiles } = await build({
    ...settings,
    entryPoints: [entryPoint],
    outdir: 'out',
    absWorkingDir: folder
  })
  const fetched = new Set<string>()
  const fetchAll = (file: string, isEntry: boolean) => {
    if (fetched.has(file)) return
    fetched.add(file)
    for (const { path, kind } of metafile.outputs[file]?.imports ?? []) {
      // The entry imports its element dynamically, where there are custom elements; all other such imports are for later.
      if (isEntry || kind !== 'dynamic-import') fetchAll(path, false)
    }
  }
  fetchAll(`out/elements-${name}.js`, true)
  return outputFiles
    .filter(({ path }) => fetched.has(path.slice(folder.length + 1)))
    .reduce((sum, { contents }) => sum + gzipSync(contents).length, 0)
}

describe('the tarball', () => {
  it.each(singleElements)('has attn-%s as an entry that brings 60 KB at most', async (name) => {
    const size = await elementBytes(installed, name)
    expect(size).toBeGreaterThan(20_000)
    expect(size).toBeLessThanOrEqual(LARGEST_ELEMENT_BYTES)
  })

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

  it('gives a reader types with nothing else installed, and none of them unknown', async () => {
    writeFileSync(
      join(installed, 'check.ts'),
      `import { loadModel, type Trace } from 'attenscope'
       import { AttnHeads } from 'attenscope/elements'
       const heads: AttnHeads = document.createElement('attn-heads')
       heads.hidden = false
       export const model = await loadModel('models/stories')
       export const weight = (trace: Trace): number | undefined => trace.pattern(0, 0).data[0]
       // @ts-expect-error an element has no such property
       heads.modle = 'models/stories'
       // @ts-expect-error a source of models is no number
       await loadModel(1)`
    )
    const options = '--ignoreConfig --strict --noEmit --module nodenext --target es2022 --lib es2023,dom,dom.iterable'
    expect(await runIn(installed, 'tsc', [...options.split(' '), 'check.ts'])).toBe('')
  })

  it('has no file over 5 MB', async () => {
    const listing = await runIn('.', 'tar', ['-tvzf', packed.tarball])
    const sizes = listing.split('\n').flatMap((line) => {
      const [, size, name] = /^\S+\s+\S+\s+(\d+)\s.*\s(package\/\S+)$/.exec(line) ?? []
      return name ? [{ name, size: Number(size) }] : []
    })
    const { customElements } = JSON.parse(readFileSync(join(installed, 'node_modules/attenscope/package.json'), 'utf8'))
    const named = ['dist/attenscope-relaxed.wasm', customElements].map((name) => join('package', name))
    expect(sizes.map(({ name }) => name)).toEqual(expect.arrayContaining(named))
    expect(sizes.filter(({ size }) => size > LARGEST_FILE_BYTES)).toEqual([])
  })
})
