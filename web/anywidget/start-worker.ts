/**
 * Starts the worker from its inlined source. A notebook loads the widget from a blob, which has no other files beside
 * it.
 */
import source from 'inlined:worker'

let address: string | undefined

/**
 * Sets the page as the referrer of the worker's requests. A blob has no referrer, and Jupyter's server serves files to
 * its own pages only.
 */
const asPage = (page: string) =>
  `{ const ask = fetch; globalThis.fetch = (what, how) => ask(what, { referrer: ${JSON.stringify(page)}, ...how }) }\n`

/** Starts the worker that runs models. */
export function startWorker(): Worker {
  const page = location.href.replace(/#.*$/, '')
  address ??= URL.createObjectURL(new Blob([asPage(page), source], { type: 'text/javascript' }))
  return new Worker(address, { type: 'module', name: 'attenscope' })
}
