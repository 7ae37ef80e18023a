/**
 * Makes the pages' workers obey the policy of the page that starts them.
 *
 * A worker with a plain address obeys the headers of its own script, and a host that sends none gives it no policy at all. A worker
 * from a blob inherits the policy of its page. Each page imports this file before all others.
 */
import { configure } from 'attenscope'

const script = new URL('../../../dist/worker.js', import.meta.url).href
const blob = new Blob([`import ${JSON.stringify(script)}`], { type: 'text/javascript' })

configure({ workerUrl: URL.createObjectURL(blob) })
