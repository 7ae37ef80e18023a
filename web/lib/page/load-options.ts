/** Checks the options of a load, of an inspection and of a page before anything is fetched. An error names the wrong option. */

import { dtypes, threadKinds, variants } from '../choices.js'
import { AttenscopeError } from '../errors.js'
import { kindOf } from '../formats/json.js'
import { checkNames } from '../known-options.js'
import { isNode } from '../sources/node-modules.js'
import type { Dtype, LoadOptions, PageSettings, SourceOptions } from '../types/index.js'
import { integer, number, oneOf } from './check-values.js'

/** More threads than any machine that opens a page. */
const mostThreads = 1024

export function checkLoadOptions({ dtype = 'auto', threads, variant, thread }: LoadOptions): {
  dtype: Dtype
  threads: number
} {
  oneOf('dtype', dtype, dtypes)
  oneOf('variant', variant, variants)
  oneOf('thread', thread, threadKinds)
  return { dtype, threads: integer('threads', threads, 1, mostThreads) ?? 1 }
}

/** Checks the settings of a page. A wrong name is refused, because it would have no effect. */
export function checkPageSettings(settings: PageSettings): void {
  checkNames('configure', settings)
  const { thread, workerUrl, wasmUrl, stallMs } = settings
  oneOf('thread', thread, threadKinds)
  addressOf('workerUrl', workerUrl)
  addressOf('wasmUrl', wasmUrl)
  checkStall(stallMs)
}

/** The largest number of milliseconds that a timer takes. */
const mostMs = 2 ** 31 - 1

/** Checks the limit of the wait for a server. */
export function checkStall(stallMs: number | undefined): void {
  if (stallMs !== Infinity) number('stallMs', stallMs, 1, mostMs)
}

/** The address of a file of the package; a relative one is relative to the page, or in Node to the working folder. */
export function addressOf(name: string, address: string | URL | undefined): URL | undefined {
  if (address === undefined || address instanceof URL) return address
  const base = isNode ? `file://${process.cwd()}/` : (globalThis.document?.baseURI ?? globalThis.location?.href)
  try {
    return new URL(address, base)
  } catch {
    throw new AttenscopeError('option', `${name} is ${kindOf(address)}, expected an address`)
  }
}

/** Checks the options for access to a source. An error never contains the token. */
export function checkSourceOptions({ token, hub, stallMs }: SourceOptions): SourceOptions {
  if (token !== undefined && (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))) {
    throw new AttenscopeError('option', 'token is expected to be a text without spaces')
  }
  if (hub !== undefined && !/^https?:\/\//.test(String(hub))) {
    throw new AttenscopeError(
      'option',
      `hub is ${kindOf(hub)}, expected an address that begins with http:// or https://`
    )
  }
  checkStall(stallMs)
  return {
    ...(token !== undefined && { token }),
    ...(hub !== undefined && { hub }),
    ...(stallMs !== undefined && { stallMs })
  }
}
