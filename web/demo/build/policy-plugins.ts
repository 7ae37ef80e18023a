/** Vite plugins that put the Content-Security-Policy into the built pages and into the preview server's headers. */
import type { Plugin } from 'vite'
import { headerPolicy, pagePolicy } from './content-security-policy.js'
import { fileOf, upFrom } from './page-frame.js'

/** Puts the policy into built pages, for hosts that send no headers. In development, Vite needs inline scripts. */
export function policyInPage(): Plugin {
  return {
    name: 'policy-in-page',
    apply: 'build',
    transformIndexHtml: (_, { path }) => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: pagePolicy(fileOf(path)) },
        injectTo: 'head-prepend'
      }
    ]
  }
}

/** Puts the script that gives workers the page's policy before the scripts of each built page. */
export function policyInWorkers(): Plugin {
  return {
    name: 'policy-in-workers',
    apply: 'build',
    transformIndexHtml: {
      order: 'pre',
      handler: (_, { path }) => [
        {
          tag: 'script',
          attrs: { type: 'module', src: `${upFrom(path)}shared/worker-policy.ts` },
          injectTo: 'head-prepend'
        }
      ]
    }
  }
}

/** Makes the preview server send each file's policy as a header. */
export function policyInHeaders(): Plugin {
  return {
    name: 'policy-in-headers',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        // The engine's threads need SharedArrayBuffer, which only a cross-origin isolated page has.
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
        response.setHeader('Content-Security-Policy', headerPolicy(new URL(request.url ?? '/', 'http://page').pathname))
        next()
      })
    }
  }
}
