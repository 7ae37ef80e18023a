/** The pages' Content-Security-Policy: it allows only the site's own files, and no inline code or style. */
import { mayBeFramed, mayFetchElsewhere } from '../shared/site-pages.js'

const directives = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  // The engine's worker starts from a blob, so that it inherits this policy; see shared/worker-policy.ts.
  "worker-src 'self' blob:",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "manifest-src 'self'",
  "font-src 'none'",
  "base-uri 'none'",
  "form-action 'none'"
]

/** The allowed connections. Pages that load the reader's own model may fetch it from any site or the reader's machine. */
const connections = {
  site: "connect-src 'self'",
  anywhere: "connect-src 'self' https: http://localhost:* http://127.0.0.1:*"
}

/** The policy in a page's meta element. */
export function pagePolicy(file: string): string {
  return [...directives, mayFetchElsewhere(file) ? connections.anywhere : connections.site].join('; ')
}

/**
 * The policy for a file's HTTP header; only a header can say who may frame a page. All files but the page for the reader's own
 * model have the same policy, scripts too.
 */
export function headerPolicy(path: string): string {
  const file = path.split('/').at(-1) ?? ''
  return `${pagePolicy(file)}; frame-ancestors ${mayBeFramed(file) ? '*' : "'self'"}`
}
