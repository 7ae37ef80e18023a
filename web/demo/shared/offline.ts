/** Every page of the built site: keeps the site for a time without a network, and says quietly when a newer version is there. */
import { TAKE_OVER } from './offline-message.js'
import { words } from '../words/index.js'

/** The site's own files are kept once the page has what it needs: it should not wait for them. */
const LATEST_MS = 3000

function whenIdle(act: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(act, { timeout: LATEST_MS })
  else setTimeout(act, LATEST_MS)
}

/** In the colophon: nothing that is being read moves. */
function offer(waiting: ServiceWorker): void {
  const note = document.querySelector('#newer-version') ?? document.createElement('p')
  note.id = 'newer-version'
  note.setAttribute('role', 'status')
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: words.frame.takeNewer })
  button.addEventListener('click', () => {
    waiting.postMessage(TAKE_OVER)
    // The old one first ends what it is at, which browsers give it up to half a minute for.
    note.textContent = words.frame.takingNewer
  })
  note.replaceChildren(`${words.frame.newer} `, button)
  document.querySelector('.colophon')?.append(note)
}

/** From the first: a page that was just opened must not stay of another version than its files. */
function followVersion(container: ServiceWorkerContainer): void {
  // The first one takes over nothing: this page goes on as it was loaded.
  let isKept = container.controller !== null
  container.addEventListener('controllerchange', () => {
    // Files of two versions are never mixed: what is open is loaded anew, with the text and the view that its link has.
    if (isKept) location.reload()
    isKept = true
  })
}

async function keepForOffline(container: ServiceWorkerContainer): Promise<void> {
  const registration = await container.register('./service-worker.js', { updateViaCache: 'none' })
  const look = () => {
    const { installing, waiting } = registration
    if (waiting && container.controller) offer(waiting)
    installing?.addEventListener('statechange', look)
  }
  registration.addEventListener('updatefound', look)
  look()
}

try {
  const { serviceWorker } = navigator
  followVersion(serviceWorker)
  const begin = () => whenIdle(() => void keepForOffline(serviceWorker).catch(() => {}))
  if (document.readyState === 'complete') begin()
  else window.addEventListener('load', begin)
} catch {
  // Where storage is blocked there is nothing to keep in, and browsers say so by throwing.
}
