/** Resolves after a time, or as soon as the signal aborts. */
export function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (durationMs <= 0 || signal.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      // A long text sleeps after each token with the same signal.
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, durationMs)
    signal.addEventListener('abort', end)
  })
}
