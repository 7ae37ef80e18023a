/** Opens the attention library: an instance of the engine of its own, on the caller's thread. */

import type { Variant } from '../types.js'
import { detectVariant } from '../variant.js'
import type { LoadOpsOptions, Ops } from './types.js'
import { checkNames, choice } from './values.js'

const loaded = new Map<Variant, Promise<Ops>>()

/**
 * Loads the attention library; its calls are synchronous from then on. The same instance is given to all who ask.
 *
 * Throws 'unsupported' where there is no WebAssembly SIMD, 'worker' where the engine did not load, 'option'.
 */
export async function loadOps(options: LoadOpsOptions = {}): Promise<Ops> {
  checkNames('loadOps', options, ['variant'])
  const variant =
    options.variant === undefined ? detectVariant() : choice('variant', options.variant, ['base', 'relaxed'])
  const found = loaded.get(variant) ?? open(variant)
  loaded.set(variant, found)
  // One that failed is tried anew by the next who asks.
  found.catch(() => loaded.delete(variant))
  return found
}

async function open(variant: Variant): Promise<Ops> {
  // Fetched only here: most pages run models alone.
  const [{ loadEngine }, { createOps }] = await Promise.all([import('../engine.js'), import('./create-ops.js')])
  return createOps(await loadEngine(variant))
}
