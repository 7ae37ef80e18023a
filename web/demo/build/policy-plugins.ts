/** Of the build: the Content-Security-Policy, in the built pages and in the preview server's headers. */
import { basename } from 'node:path'
import type { Plugin } from 'vite'
import { headerPolicy, pagePolicy } from './content-security-policy.js'

/** Puts the policy into the page, for hosts that send no headers; not in development, where Vite's client is inline. */
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

/** Sends each file's policy from the preview server. */
export function policyInHeaders(): Plugin {
  return {
    name: 'policy-in-headers',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        // Threads need an isolated page.
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
        response.setHeader('Content-Security-Policy', headerPolicy(new URL(request.url ?? '/', 'http://page').pathname))
        next()
      })
    }
  }
}
