/** Writes the page of `attenscope render`: one file with the trace and the script of the views, which opens from a disk. */

/** An element of the page: its name without 'attn-', and its attributes. */
export interface StillView {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>
}

/** The parts of a page. */
export interface StillPage {
  readonly title: string
  /** The language of the page: 'en' or 'zh-Hans'. */
  readonly language: string
  readonly views: readonly StillView[]
  /** The bytes of the trace file. */
  readonly trace: Uint8Array
  /** The script of the views, dist/still.js. */
  readonly script: string
  /** The kind of file that the page turns itself into, for a program that reads it; absent for a page to read. */
  readonly picture?: 'svg' | 'png' | undefined
}

/** The page may load nothing: everything that it shows is in the file. */
const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"

const style = `:root{color-scheme:light dark}
body{margin:24px auto;max-inline-size:960px;padding-inline:16px;font-family:system-ui,sans-serif;line-height:1.5}
h1{font-size:1.25rem;font-weight:600}
[data-view]{margin-block:24px}`

export function stillPage({ title, language, views, trace, script, picture }: StillPage): string {
  const shown = views.map(({ name, attributes }) => `<attn-${name} data-view${written(attributes)}></attn-${name}>`)
  return `<!doctype html>
<html lang="${escaped(language)}"${picture === undefined ? '' : ` data-picture="${picture}"`}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${shown.join('\n')}
<script type="text/plain" id="trace">${Buffer.from(trace).toString('base64')}</script>
<script>${script.replaceAll(/<(\/script|!--)/gi, '\\x3C$1')}</script>
</body>
</html>
`
}

function written(attributes: StillView['attributes']): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escaped(String(value))}"`))
    .join('')
}

/** The text for an element or an attribute. Characters that HTML does not allow become U+FFFD. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
