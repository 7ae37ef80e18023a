/**
 * A worker that obeys the policy of the page that starts it.
 *
 * A worker with a plain address obeys the headers of its own script, and a host that sends none gives it no policy at all. A worker
 * from a blob inherits the policy of its page.
 */

/**
 * The address of a blob that runs this script. The page's policy must allow `blob:` in `worker-src`. In a frame without an
 * origin the package starts its worker from a blob by itself; there the answer is undefined, the package's usual way.
 */
export function workerOfPage(script: URL): string | undefined {
  if (globalThis.origin === 'null') return undefined
  return URL.createObjectURL(new Blob([`import ${JSON.stringify(script.href)}`], { type: 'text/javascript' }))
}
