// Builds everything that the benchmarks need into one folder, which a browser and Node can both run.
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { buildLibrary } from '../../scripts/build-lib.mjs'
import { buildPreset, buildWasm } from '../../scripts/build-wasm.mjs'
import { buildDir, dist, presetDir, root } from '../../scripts/lib/paths.mjs'

const peerDir = join(root, 'node_modules/onnxruntime-web')
const wllamaDir = join(root, 'node_modules/@wllama/wllama')
const versionIn = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version

export const siteDir = join(buildDir, 'bench/site')
export const suiteFile = join(siteDir, 'suite.js')

/** The library that the engine is compared with. */
export const peer = { name: 'onnxruntime-web', version: versionIn(peerDir) }
export const wllama = { name: 'wllama', version: versionIn(wllamaDir) }

/** Bundles the suite and imports its list of rows. */
export async function buildSuite() {
  rmSync(siteDir, { recursive: true, force: true })
  const bundle = await rolldown({
    input: {
      suite: join(root, 'bench/suite/index.ts'),
      'cold-ours': join(root, 'bench/cold/cold-ours.ts'),
      'cold-peer': join(root, 'bench/cold/cold-peer.ts'),
      page: join(root, 'bench/page/page.ts'),
      'page-worker': join(root, 'bench/page/worker.ts')
    },
    platform: 'neutral',
    external: /^node:/,
    resolve: { mainFields: ['module', 'main'], extensionAlias: { '.js': ['.ts', '.js'] } }
  })
  await bundle.write({ dir: siteDir, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js' })
  await bundle.close()
  writeFileSync(join(siteDir, 'empty.html'), '<!doctype html><title>Benchmarks</title>')
  const page = readFileSync(join(root, 'bench/page/index.html'), 'utf8')
  writeFileSync(
    join(siteDir, 'index.html'),
    page.replaceAll('{{name}}', peer.name).replaceAll('{{version}}', peer.version)
  )
  copyIntoSite(join(root, 'bench/page/page.css'))
  const { rows, coldFiles } = await import(pathToFileURL(suiteFile).href)
  for (const side of ['ours', 'peer']) {
    const cold = `<!doctype html><title>${side}</title><script type="module" src="cold-${side}.js"></script>`
    writeFileSync(join(siteDir, `cold-${side}.html`), cold)
  }
  for (const [path, bytes] of await coldFiles()) {
    mkdirSync(dirname(join(siteDir, path)), { recursive: true })
    writeFileSync(join(siteDir, path), bytes)
  }
  return rows
}

/** Builds the engine's modules of a variant, and copies them and the peer's modules beside the suite. */
export async function buildModules(variant) {
  const preset = `wasm-${variant}`
  await buildPreset(preset, ['attenscope_module', 'attenscope_bench', 'attenscope_plain_llama'])
  for (const extension of ['mjs', 'wasm']) {
    copyIntoSite(join(presetDir(preset), `attenscope-${variant}.${extension}`))
    for (const module of ['attenscope-bench', 'plain-llama']) {
      copyIntoSite(join(presetDir(preset), `bench/${module}-${variant}.${extension}`))
    }
  }
  if (variant === 'relaxed') {
    await buildPreset('wasm-threads', ['attenscope_module'])
    for (const extension of ['mjs', 'wasm']) {
      copyIntoSite(join(presetDir('wasm-threads'), `attenscope-threads.${extension}`))
    }
  }
  for (const file of ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']) {
    copyIntoSite(join(peerDir, 'dist', file), 'onnxruntime')
  }
  for (const file of ['index.js', 'wasm/wllama.wasm']) copyIntoSite(join(wllamaDir, 'esm', file), 'wllama')
}

/** Builds the package as published, and copies it beside the suite. */
export async function buildPackage() {
  await buildWasm()
  await buildLibrary()
  cpSync(dist, join(siteDir, 'package'), { recursive: true })
}

function copyIntoSite(file, folder = '.') {
  mkdirSync(join(siteDir, folder), { recursive: true })
  copyFileSync(file, join(siteDir, folder, basename(file)))
}
