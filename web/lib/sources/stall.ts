/** Ends the wait for a server that has stopped to send. */

import { AttenscopeError } from '../errors.js'

/** How long a server may send nothing, in milliseconds, if the caller does not say. */
export const usualStallMs = 60_000

/** The error of a server that sent nothing for too long. Another request would most probably stall, too. */
export class Stalled extends AttenscopeError {
  constructor(file: string, url: string, stallMs: number) {
    super('network', `${file}: ${url} sent nothing for ${stallMs / 1000} s; try again, or allow more by stallMs`)
  }
}

/** A file and its address, for the error, and how long its server may send nothing. */
export interface Awaited {
  readonly file: string
  readonly url: string
  readonly stallMs?: number | undefined
}

/** Waits for a part of a file. After the limit, calls `stop` and throws `Stalled`. A limit of Infinity never ends the wait. */
export async function beforeStall<Part>(
  part: Promise<Part>,
  { file, url, stallMs = usualStallMs }: Awaited,
  stop: () => void
): Promise<Part> {
  if (stallMs === Infinity) return part
  let timer: ReturnType<typeof setTimeout> | undefined
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Stalled(file, url, stallMs))
      stop()
    }, stallMs)
  })
  part.catch(() => {}) // After a stall, nobody waits for the part.
  try {
    return await Promise.race([part, stalled])
  } finally {
    clearTimeout(timer)
  }
}

/** `fetch` with the limit for a server that does not answer. The signal stops the request and the body that follows. */
export async function fetchBeforeStall(
  awaited: Awaited,
  init: RequestInit,
  signal: AbortSignal | undefined
): Promise<Response> {
  const stop = new AbortController()
  // AbortSignal.any is younger than the oldest browsers that run the engine.
  if (signal?.aborted) stop.abort(signal.reason)
  signal?.addEventListener('abort', () => stop.abort(signal.reason), { once: true })
  return beforeStall(fetch(awaited.url, { ...init, signal: stop.signal }), awaited, () => stop.abort())
}
