/** The page's Content-Security-Policy: nothing but the site's own files, and no inline code or style. */
const directives = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'none'",
  "base-uri 'none'",
  "form-action 'none'"
]

/** For a meta element. */
export const pagePolicy = directives.join('; ')

/** For a header, which alone can say who may frame the page. */
export const headerPolicy = [...directives, "frame-ancestors 'self'"].join('; ')
