/** Loads the attention library: an instance of its wasm module on the caller's thread. */

import type { OpsEngine } from '../engine/ops-engine.js'
import { AttenscopeError } from '../errors.js'
import { Notices } from '../page/notices.js'
import { addressOf, checkLoadOptions } from '../page/options.js'
import { pageSettings } from '../page/page-settings.js'
import type { Variant } from '../types/index.js'
import { detectVariant } from '../page/variant.js'
import { fromFile } from '../wire/engine-files.js'
import type { LoadOpsOptions, Ops } from './types.js'

interface Opened {
  readonly engine: OpsEngine
  readonly ops: Ops
}

const opened = new Map<Variant, Promise<Opened>>()

/**
 * Loads the attention library. Its calls are synchronous afterwards. All callers share one instance per variant.
 *
 * Throws 'unsupported' without WebAssembly SIMD, 'blocked' if the page's policy forbids WebAssembly, 'worker' when the engine
 * cannot be loaded, and 'option'.
 */
export async function loadOps(options: LoadOpsOptions = {}): Promise<Ops> {
  const { variant = detectVariant(), ...unknown } = options
  for (const name of Object.keys(unknown)) {
    throw new AttenscopeError('option', `loadOps has no option '${name}'; it has variant`)
  }
  checkLoadOptions({ variant })
  const found = opened.get(variant) ?? open(variant)
  opened.set(variant, found)
  // An instance that failed or broke is replaced at the next call.
  found.catch(() => opened.delete(variant))
  const { engine, ops } = await found
  if (!engine.isBroken) return ops
  if (opened.get(variant) === found) opened.delete(variant)
  return loadOps(options)
}

async function open(variant: Variant): Promise<Opened> {
  // Imported on demand, because most pages only run models.
  const [{ loadOpsEngine }, { createOps }] = await Promise.all([
    import('../engine/ops-engine.js'),
    import('./create-ops.js')
  ])
  const notices = new Notices()
  const engine = await fromFile(
    `ops-${variant}`,
    folderOf(addressOf('wasmUrl', pageSettings().wasmUrl)),
    (file) => loadOpsEngine(variant, file),
    (reason) => notices.add('inlined-files', reason)
  )
  return { engine, ops: createOps(engine) }
}

/** The folder that a page names. A single file is an engine for models, so the package's own folder is used. */
const folderOf = (address: URL | undefined) => (address?.pathname.endsWith('/') ? address : undefined)
