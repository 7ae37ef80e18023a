/**
 * Keeps the built site for a time without a network: all of its own files, of one version. A newer version is fetched
 * beside it and waits; it takes over when no page of the old one is left, or when a reader asks for it, and never
 * answers a page of the old one before. Models are not kept here: the library keeps those that were used, by its own cache.
 */
import { cleanupOutdatedCaches, precacheAndRoute, type PrecacheEntry } from 'workbox-precaching'
import { TAKE_OVER } from './offline-message.js'

/** The build puts the list here: each file with a hash of what is in it. */
declare const SITE_FILES: PrecacheEntry[]
declare const self: { skipWaiting(): Promise<void> } & Pick<EventTarget, 'addEventListener'>

self.addEventListener('message', (event) => {
  if ('data' in event && event.data === TAKE_OVER) void self.skipWaiting()
})
// What a page's address asks for beside its name, the page reads by itself.
precacheAndRoute(SITE_FILES, { ignoreURLParametersMatching: [/./], cleanURLs: false })
cleanupOutdatedCaches()
