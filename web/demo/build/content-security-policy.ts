/** The pages' Content-Security-Policy: it allows only the site's own files, and no inline code or style. */
import { mayBeFramed, mayFetchElsewhere, widestFile } from '../shared/site-pages.js'

const directives = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
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
 * The policy for a file's HTTP header; only a header can say who may frame a page. A worker obeys the header of its own
 * script, whichever page started it.
 */
export function headerPolicy(path: string): string {
  const file = path.split('/').at(-1) ?? ''
  const page = file.endsWith('.js') ? widestFile : file
  return `${pagePolicy(page)}; frame-ancestors ${mayBeFramed(file) ? '*' : "'self'"}`
}
