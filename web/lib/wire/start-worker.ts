/** Starts the worker that runs models, on pages of any origin and policy that allow a worker at all. */

import { onPage } from '../../shared/on-page.js'
import { AttenscopeError, describe } from '../errors.js'
import { workerFile } from './package-files.js'
import { threadName, type WorkerReady } from './protocol.js'
import { trustedAddress } from './trusted-address.js'

/** A worker whose script runs, and the lock that it named. */
export interface StartedWorker {
  readonly worker: Worker
  readonly lock: string | undefined
}

/** A way to start the worker: its name for messages, the address of the script, and the script's type. */
interface Way {
  readonly name: string
  readonly address: () => string | Promise<string>
  readonly type: WorkerType
}

/** The address that the page gave, or that of the file beside this one; undefined where the package is one file. */
export function workerAddress(given: URL | undefined): URL | undefined {
  return given ?? workerFile.address?.()
}

/** The policy's answer does not change while a page is open, so no worker is tried again after a refusal. */
const refusals = () => onPage('refusals', () => new Map<string, AttenscopeError>())

/**
 * Starts a worker whose script runs. Throws 'blocked' if the page's policy forbids workers, else 'worker'; the message lists
 * what was tried.
 */
export async function startWorker(given: URL | undefined): Promise<StartedWorker> {
  if (typeof Worker === 'undefined') throw new AttenscopeError('blocked', 'this environment has no Worker')
  const address = workerAddress(given)
  const name = String(address)
  const known = refusals().get(name)
  if (known) throw known
  const failures: string[] = []
  let isBlocked = false
  for (const way of waysTo(address, given !== undefined)) {
    try {
      return await started(await way.address(), way.type)
    } catch (error) {
      failures.push(`${way.name}: ${describe(error)}`)
      isBlocked ||= error instanceof Refused
    }
  }
  const tried = failures.join('; ')
  if (!isBlocked) throw new AttenscopeError('worker', `no worker could be started (${tried})`)
  const refusal = new AttenscopeError('blocked', `the page's policy lets no worker start (${tried})`)
  refusals().set(name, refusal)
  throw refusal
}

/** Starts threads of an engine on the page's own thread; undefined where a worker cannot start from the plain address. */
export function threadStarter(given: URL | undefined): (() => Worker) | undefined {
  const address = workerAddress(given)
  if (!address || typeof Worker === 'undefined' || !mayStart(address)) return undefined
  return () => new Worker(trustedAddress(address.href), { type: 'module', name: threadName })
}

/** The ways, the best one first. The inlined copy serves pages whose bundler left the worker's file out. */
function* waysTo(address: URL | undefined, isGiven: boolean): Generator<Way> {
  if (address) {
    const { href } = address
    if (mayStart(address)) yield { name: href, address: () => href, type: 'module' }
    else {
      // A worker's own script must be of the page's origin; what the script imports need not be. A frame without an origin
      // starts no module from a blob, but it starts a classic script.
      const [module, classic] = [`import ${JSON.stringify(href)}`, `importScripts(${JSON.stringify(href)})`]
      yield { name: `a blob that imports ${href}`, address: () => blobOf(module), type: 'module' }
      yield { name: `a classic blob with ${href}`, address: () => blobOf(classic), type: 'classic' }
    }
  }
  const { inlined } = workerFile
  if (!inlined || isGiven) return
  yield { name: 'a blob with the script', address: async () => blobOf((await inlined()).default), type: 'classic' }
}

/** Whether a worker may start from this address: it is of the page's own origin, or it is a blob or a data URL. */
function mayStart({ origin, protocol }: URL): boolean {
  // In a sandboxed frame `location.origin` is that of the address, and `origin` is 'null'.
  return protocol === 'blob:' || protocol === 'data:' || (origin !== 'null' && origin === globalThis.origin)
}

/** The blob's address. It stays valid, because a worker's threads start from the same address. */
function blobOf(script: string): string {
  const known = onPage('blobs', () => new Map<string, string>())
  let address = known.get(script)
  if (address === undefined) {
    address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
    known.set(script, address)
  }
  return address
}

/** A page's policy refused the worker. */
class Refused extends Error {}

/** Starts a worker from an address and waits until its script runs. */
async function started(address: string, type: WorkerType): Promise<StartedWorker> {
  const violations = new Violations()
  let worker: Worker | undefined
  try {
    worker = new Worker(trustedAddress(address), { type, name: 'attenscope' })
    const { lock } = await firstMessage(worker)
    return { worker, lock }
  } catch (error) {
    worker?.terminate()
    // The report of a violation may arrive after the error.
    await new Promise((resolve) => setTimeout(resolve, 0))
    const directive = violations.directive ?? (isTrustedTypes(error) ? 'trusted-types' : undefined)
    throw directive === undefined ? error : new Refused(`refused by the policy's ${directive}`)
  } finally {
    violations.close()
  }
}

/** A host that drops workers without an event gets no longer than this to start one. */
const startLimitMs = 30_000

function firstMessage(worker: Worker): Promise<WorkerReady> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`no answer for ${startLimitMs / 1000} s`)), startLimitMs)
    worker.onmessage = (event: MessageEvent<WorkerReady>) => resolve(event.data)
    worker.onmessageerror = () => reject(new Error('its first message could not be read'))
    worker.onerror = (event) => {
      event.preventDefault()
      reject(new Error(event.message || 'the script did not load'))
    }
  })
}

/** Whether the page accepts no address without a policy, and no policy of ours. */
function isTrustedTypes(error: unknown): boolean {
  return error instanceof TypeError && /TrustedScriptURL|Trusted ?Types|createPolicy|policy/i.test(error.message)
}

/** Listens to the violations of the page's Content-Security-Policy that concern workers. */
class Violations {
  directive: string | undefined

  constructor() {
    globalThis.addEventListener?.('securitypolicyviolation', this._onViolation)
  }

  close(): void {
    globalThis.removeEventListener?.('securitypolicyviolation', this._onViolation)
  }

  private readonly _onViolation = ({ effectiveDirective, disposition }: SecurityPolicyViolationEvent): void => {
    if (disposition === 'enforce' && /^(worker|child|script|require-trusted|trusted)/.test(effectiveDirective)) {
      this.directive = effectiveDirective
    }
  }
}
