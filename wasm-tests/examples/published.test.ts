/** Checks the package's tarball with the usual tools for packages. */
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
/** A folder in which only the package is installed. */
let installed: string

beforeAll(async () => {
  packed = await pack()
  bytes = readFileSync(packed.tarball)
  installed = await packed.install('node')
}, 60_000)

afterAll(() => packed.remove())

/**
 * Returns the compressed bytes that a page downloads before the element can draw: the entry, its element, and all their
 * imports.
 */
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
  // A dynamic import happens later: the code that saves pictures, the words of another language, the views inside a control.
  const fetchAll = (file: string) => {
    if (fetched.has(file)) return
    fetched.add(file)
    for (const { path, kind } of metafile.outputs[file]?.imports ?? []) if (kind !== 'dynamic-import') fetchAll(path)
  }
  fetchAll(`out/elements-${name}.js`)
  return outputFiles
    .filter(({ path }) => fetched.has(path.slice(folder.length + 1)))
    .reduce((sum, { contents }) => sum + gzipSync(contents).length, 0)
}

describe('the tarball', () => {
  it.each(singleElements)('has attn-%s as an entry of at most 60 KB', async (name) => {
    const size = await elementBytes(installed, name)
    expect(size).toBeGreaterThan(20_000)
    expect(size).toBeLessThanOrEqual(LARGEST_ELEMENT_BYTES)
  })

  it('passes publint', async () => {
    const { messages } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true })
    expect(messages).toEqual([])
  })

  it('has type declarations for every resolution of ES modules', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)))
    if (!analysis.types) throw new Error('no declarations were found')
    expect(Object.keys(analysis.entrypoints)).toEqual(expect.arrayContaining(['.', './elements']))
    // The package has only ES modules. It does not support resolutions older than `exports`, and require().
    const promised = analysis.problems.filter(
      (problem) => !('resolutionKind' in problem && /^node10$|^node16-cjs$/.test(problem.resolutionKind))
    )
    expect(promised).toEqual([])
  })

  it('has types without other packages installed, and none of them unknown', async () => {
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

  it('has no file larger than 5 MB', async () => {
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
