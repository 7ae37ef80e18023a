/** A run in the engine's memory, freed when its caller says so, or at the latest when nothing refers to it any more. */

import type { Client } from '../wire/client.js'
import type { RunReference } from '../trace/engine-trace.js'

/** The net below explicit disposal: what the garbage collector finds unreachable is freed in the engine too. */
const unreachable =
  typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry<() => void>((free) => free())

/** Calls `free` after nothing refers to the object any more. `free` itself must not refer to it. */
export function freeIfUnreachable(object: object, free: () => void): void {
  unreachable?.register(object, free, object)
}

/** The run of a trace, of the steps of a generation, or of a call's result: they refer to it as long as they need it. */
export class HeldRun implements RunReference {
  readonly client: Client
  readonly run: number
  readonly names: readonly string[]
  /** A model that is referred to by a run only must stay too. */
  readonly model: object

  constructor(client: Client, run: number, names: readonly string[], model: object) {
    this.client = client
    this.run = run
    this.names = names
    this.model = model
    freeIfUnreachable(this, () => void disposeRun(client, run))
  }

  /** Frees the run. A second call does nothing. */
  async dispose(): Promise<void> {
    unreachable?.unregister(this)
    await disposeRun(this.client, this.run)
  }
}

/** A model or worker that no longer exists holds no run either, so this is not an error. */
async function disposeRun(client: Client, run: number): Promise<void> {
  await client.request({ type: 'dispose-run', run }).catch(() => {})
}
