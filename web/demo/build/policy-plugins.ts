/** Of the build: the Content-Security-Policy, in the built pages and in the preview server's headers. */
import { basename } from 'node:path'
import type { Plugin } from 'vite'
import { headerPolicy, pagePolicy } from './content-security-policy.js'

/** In the page itself, for hosts that send no headers; not while developing, where Vite's own client is inline. */
export function policyInPage(): Plugin {
  return {
    name: 'policy-in-page',
    apply: 'build',
    transformIndexHtml: (_, { filename }) => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: pagePolicy(basename(filename)) },
        injectTo: 'head-prepend'
      }
    ]
  }
}

/** Each file's own, where the built site is looked at. */
export function policyInHeaders(): Plugin {
  return {
    name: 'policy-in-headers',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        // Isolated: a reader may ask for threads.
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
        response.setHeader('Content-Security-Policy', headerPolicy(new URL(request.url ?? '/', 'http://page').pathname))
        next()
      })
    }
  }
}
