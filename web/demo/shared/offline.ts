/** Every page of the built site: keeps the site for a time without a network, and says quietly when a newer version is there. */
import { TAKE_OVER } from './offline-message.js'
import { words } from '../words/index.js'

/** Milliseconds to wait for an idle moment: caching the site must not delay the page. */
const LATEST_MS = 3000

function whenIdle(act: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(act, { timeout: LATEST_MS })
  else setTimeout(act, LATEST_MS)
}

/** Offers the update at the foot of the page, where it moves nothing that the reader reads. */
function offer(waiting: ServiceWorker): void {
  const note = document.querySelector('#newer-version') ?? document.createElement('p')
  note.id = 'newer-version'
  note.setAttribute('role', 'status')
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: words.frame.takeNewer })
  button.addEventListener('click', () => {
    waiting.postMessage(TAKE_OVER)
    // The old worker finishes its work first; browsers allow it up to half a minute.
    note.textContent = words.frame.takingNewer
  })
  note.replaceChildren(`${words.frame.newer} `, button)
  document.querySelector('.colophon')?.append(note)
}

/** Reloads the page when a newer service worker takes over, so that page and files have one version. */
function followVersion(container: ServiceWorkerContainer): void {
  // The first worker of a new visitor replaces no other worker: the page needs no reload.
  let isKept = container.controller !== null
  container.addEventListener('controllerchange', () => {
    // A reload keeps the text and the view, which are in the address.
    if (isKept) location.reload()
    isKept = true
  })
}

async function keepForOffline(container: ServiceWorkerContainer): Promise<void> {
  // The worker stands beside the manifest, at the root of the site.
  const { href } = document.querySelector<HTMLLinkElement>('link[rel=manifest]') ?? location
  const registration = await container.register(new URL('service-worker.js', href), { updateViaCache: 'none' })
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
  // Browsers throw where storage is blocked; the page then works without a cache.
}
