/**
 * The files of the package inside the widget: a notebook loads the widget from a blob, which has no other files beside it.
 */
import type { PackageFile } from '../lib/wire/package-files.js'
import type { WasmBuild } from '../lib/types/engine.js'

/**
 * Sets the page as the referrer of the worker's requests. A blob has no referrer, and Jupyter's server serves files to
 * its own pages only.
 */
const asPage = (page: string) =>
  `{ const ask = fetch; globalThis.fetch = (what, how) => ask(what, { referrer: ${JSON.stringify(page)}, ...how }) }\n`

/** The worker's script. */
export const workerFile: PackageFile = {
  async inlined() {
    const { default: script } = await import('../lib/wire/inlined-worker.js')
    return { default: asPage(location.href.replace(/#.*$/, '')) + script }
  }
}

/** The WebAssembly modules. The build with threads is left out: its size would be in every notebook. */
export const wasmFiles: Readonly<Record<WasmBuild, PackageFile>> = {
  base: { inlined: () => import('../lib/wire/inlined-attenscope-base.js') },
  relaxed: { inlined: () => import('../lib/wire/inlined-attenscope-relaxed.js') },
  threads: {},
  'ops-base': { inlined: () => import('../lib/wire/inlined-attenscope-ops-base.js') },
  'ops-relaxed': { inlined: () => import('../lib/wire/inlined-attenscope-ops-relaxed.js') }
}
