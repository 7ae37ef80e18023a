/** The texts that put a figure into a page of another author: HTML, a frame, Markdown, MyST, Quarto, a notebook's cell. */
import { toHtml } from '../parts/keep.js'
import { inAttribute } from '../canvas/markup-text.js'

/** An element of a figure, as a copy needs it. */
export interface CopiedView {
  /** The name without `attn-`. */
  readonly name: string
  /** The attributes by name; one without a value is left out. */
  readonly attributes: Readonly<Record<string, string | number | undefined>>
}

/** A figure, as a copy needs it. */
export interface CopiedFigure {
  readonly caption: string
  readonly views: readonly CopiedView[]
  /** The address of the page that shows the first view in a frame. */
  readonly address: string
  /** The height of the frame in pixels. */
  readonly height: number
  /** The address of the package's elements.js, where the copied page has none of its own. */
  readonly script?: string | undefined
  /** The address of a saved picture, for places that show no frames. */
  readonly picture?: string | undefined
}

/** The kinds of text that copy a figure. */
export const copyKinds = [
  'html',
  'iframe',
  'markdown',
  'myst',
  'quarto',
  'notebook'
] as const satisfies readonly CopyKind[]

/** One of the kinds. */
export type CopyKind = 'html' | 'iframe' | 'markdown' | 'myst' | 'quarto' | 'notebook'

/** In Markdown, these signs begin a link, a picture or code. */
const escapeMarkdown = (text: string) => text.replace(/[\\`*_[\]<>]/g, '\\$&').replace(/\s+/g, ' ')

const addressInMarkdown = (address: string) => `<${address.replaceAll('<', '%3C').replaceAll('>', '%3E')}>`

function frame({ address, caption, height }: CopiedFigure): string {
  return `<iframe src="${inAttribute(address)}" title="${inAttribute(caption)}" loading="lazy" style="border: 0; width: 100%; height: ${height}px"></iframe>`
}

/** The text of a kind that shows the figure; one line, except where the format itself needs more. */
export function copyOf(kind: CopyKind, figure: CopiedFigure): string {
  const { views, address, height, script, picture } = figure
  // A line end could end a block.
  const caption = figure.caption.replace(/\s+/g, ' ')
  switch (kind) {
    case 'html': {
      const inside = views.map(({ name, attributes }) => toHtml(name, attributes)).join('')
      const loader = script === undefined ? '' : `<script type="module" src="${inAttribute(script)}"></script>`
      return `${loader}<attn-figure caption="${inAttribute(caption)}">${inside}</attn-figure>`
    }
    case 'iframe':
      return frame({ ...figure, caption })
    case 'markdown': {
      const label = escapeMarkdown(caption)
      return picture === undefined
        ? `[${label}](${addressInMarkdown(address)})`
        : `[![${label}](${addressInMarkdown(picture)})](${addressInMarkdown(address)})`
    }
    case 'myst':
      return `:::{iframe} ${address}\n:width: 100%\n${escapeMarkdown(caption)}\n:::`
    case 'quarto':
      return `\`\`\`{=html}\n${frame({ ...figure, caption })}\n\`\`\``
    case 'notebook':
      return `from IPython.display import IFrame; IFrame(${JSON.stringify(address)}, width="100%", height=${height})`
  }
}

/** The address of a page for frames with the element and its attributes; the package's own page reads it. */
export function frameAddress(page: string, { name, attributes }: CopiedView): string {
  const fields = Object.entries(attributes).flatMap(([field, value]) =>
    value === undefined ? [] : [[field, String(value)] as [string, string]]
  )
  return `${page}?${new URLSearchParams([['element', name], ...fields]).toString()}`
}
