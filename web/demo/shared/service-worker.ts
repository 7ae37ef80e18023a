/**
 * Caches all files of the site, in one version, so that the site works offline. A newer version is fetched beside the old
 * one and waits: it takes over when no page of the old version is open, or when the reader asks for the update. Models
 * are not in this cache; the library caches the models that were used.
 */
import { cleanupOutdatedCaches, precacheAndRoute, type PrecacheEntry } from 'workbox-precaching'
import { TAKE_OVER } from './offline-message.js'

/** The build replaces this name by the list of files, each with a hash of its content. */
declare const SITE_FILES: PrecacheEntry[]
declare const self: { skipWaiting(): Promise<void> } & Pick<EventTarget, 'addEventListener'>

self.addEventListener('message', (event) => {
  if ('data' in event && event.data === TAKE_OVER) void self.skipWaiting()
})
// The query of an address is for the page's own script; the file is the same.
precacheAndRoute(SITE_FILES, { ignoreURLParametersMatching: [/./], cleanURLs: false })
cleanupOutdatedCaches()
