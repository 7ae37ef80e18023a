/** Starts the worker from its source, which the widget carries: a module that a notebook loads from a blob has no files beside it. */
import source from 'inlined:worker'

let address: string | undefined

/** A blob has no address that servers could be told, and Jupyter's serves files to its own pages alone: the worker asks as its page does. */
const asPage = (page: string) =>
  `{ const ask = fetch; globalThis.fetch = (what, how) => ask(what, { referrer: ${JSON.stringify(page)}, ...how }) }\n`

export function startWorker(): Worker {
  const page = location.href.replace(/#.*$/, '')
  address ??= URL.createObjectURL(new Blob([asPage(page), source], { type: 'text/javascript' }))
  return new Worker(address, { type: 'module', name: 'attenscope' })
}
