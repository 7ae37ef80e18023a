/** The menu that saves a view: its picture, its numbers, the trace, a line of HTML, a link. */
import { attentionStages } from 'attenscope'
import { css, html, type CSSResultGroup, type TemplateResult } from 'lit'
import { dataTableStyles } from './data-table.js'
import type { Figure, Table } from './figure.js'
import type { Selection } from '../base/selection.js'
import { inAttribute } from '../canvas/markup-text.js'
import * as words from '../words/index.js'

const menuStyles = css`
  .keep {
    margin-block-start: 8px;
    color: var(--_muted);
    font-size: 0.75rem;
  }
  .keep summary {
    inline-size: fit-content;
    padding: 4px 0;
    cursor: pointer;
  }
  .keep .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }
  .keep button {
    min-block-size: 28px;
    padding: 0 8px;
    line-height: 26px;
  }
  .keep output {
    display: block;
    min-block-size: 16px;
  }
  @media (pointer: coarse) {
    .keep summary {
      min-block-size: 44px;
      line-height: 36px;
    }
    .keep button {
      min-block-size: 44px;
    }
  }
  @media print {
    .keep {
      display: none;
    }
  }
`

/** The styles of the table and the menu at the end of a view. */
export const keepStyles: CSSResultGroup = [menuStyles, dataTableStyles]

/** The parts of a view that can be saved. The menu calls them when the reader asks. */
export interface Keepable {
  /** The tag without 'attn-', which begins the names of files. */
  readonly name: string
  readonly figure: () => Figure | undefined
  readonly table: () => Table | undefined
  /** The attributes of this view that a copied line of HTML needs, besides those of the source and the head. */
  readonly attributes: () => Attributes
  readonly selection: Selection
  /** The root of the view, whose colours and font the picture has. */
  readonly root: ParentNode
}

export type Attributes = Readonly<Record<string, string | number | undefined>>

/**
 * The tensors that a saved trace needs so that every view can open it without an engine: all stages of an attention but
 * three. Pictures are saved with the summaries of the heads, and no view needs 'squashed' or 'output'.
 */
const SAVED = attentionStages.filter((stage) => stage !== 'squashed' && stage !== 'picture' && stage !== 'output')
const LENS_GUESSES = 5

/** Only files are loaded on demand: a page may write to the clipboard only at once, in the click's own task. */
const keptFiles = () => import('./kept-files.js')

export function keepMenu(view: Keepable, said: string, say: (words: string) => void): TemplateResult {
  const { figure, table, selection } = view
  const run = (what: () => Promise<string> | string) => () => {
    Promise.resolve()
      .then(what)
      .then(say, (error: unknown) => say(error instanceof Error ? error.message : String(error)))
  }
  const file = (
    extension: string,
    type: string,
    make: (files: Awaited<ReturnType<typeof keptFiles>>) => Promise<Blob | string> | Blob | string
  ) =>
    run(async () => {
      const files = await keptFiles()
      const made = await make(files)
      const name = `attenscope-${view.name}.${extension}`
      files.download(name, made instanceof Blob ? made : new Blob([made], { type }))
      return words.keep.saved(name)
    })
  const need = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error(words.keep.nothing)
    return value
  }
  const button = (name: string, title: string, click: () => void): TemplateResult =>
    html`<button type="button" title=${title} @click=${click}>${name}</button>`
  const { trace } = selection
  return html`<details class="keep" part="keep" @toggle=${() => void keptFiles().catch(() => {})}>
    <summary>${words.keep.label}</summary>
    <div class="ways">
      ${button(
        'SVG',
        words.keep.svg,
        file('svg', 'image/svg+xml', ({ toSvg }) => toSvg(need(figure()), view.root))
      )}
      ${button(
        'PNG',
        words.keep.png,
        file('png', 'image/png', ({ toPng }) => toPng(need(figure()), view.root))
      )}
      ${button(
        'CSV',
        words.keep.csv,
        file('csv', 'text/csv', ({ toCsv }) => toCsv(need(table())))
      )}
      ${button(
        'JSON',
        words.keep.json,
        file('json', 'application/json', ({ toJson }) => toJson(view, need(table())))
      )}
      ${
        trace
          ? button(
              words.keep.traceName,
              words.keep.trace,
              file('safetensors', 'application/octet-stream', async () => {
                const kinds = new Set<string | undefined>(trace.names().map((name) => name.split('.').at(-1)))
                const also = SAVED.filter((kind) => kinds.has(kind))
                return kinds.has('lens') ? trace.save({ also, lens: LENS_GUESSES }) : trace.save({ also })
              })
            )
          : ''
      }
      ${button(
        'HTML',
        words.keep.html,
        run(() => copied(toHtml(view.name, { ...attributesOf(selection), ...view.attributes() })))
      )}
      ${button(
        words.keep.linkName,
        words.keep.link,
        run(() => copied(toLink(selection)))
      )}
    </div>
    <output>${said}</output>
  </details>`
}

/** The attributes for the source, the part and the head that are shown. */
export function attributesOf({ origin, source, part, parts, chosen }: Selection): Attributes {
  if (!source) return {}
  const { model, text, target, src, edits = [] } = origin
  const changed = edits.length > 0 ? JSON.stringify(edits) : undefined
  return { model, src, text, target, edits: changed, part: parts.length > 1 ? part : undefined, ...chosen }
}

export function toHtml(name: string, attributes: Attributes): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([attribute, value]) => ` ${attribute}="${inAttribute(String(value))}"`)
  return `<attn-${name}${written.join('')}></attn-${name}>`
}

/** A link to the page with the text, the head and the token, as the demo's pages read it. */
export function toLink({ origin, source, part, parts, chosen, locked }: Selection): string {
  const url = new URL(location.href)
  const parameters = new URLSearchParams(url.hash.slice(1))
  const carried = {
    ...{ text: origin.text, part: parts.length > 1 ? part : undefined },
    ...(source && chosen),
    ...{ token: locked?.query, key: locked?.key }
  }
  for (const [name, value] of Object.entries(carried)) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  url.hash = parameters.toString()
  return url.href
}

async function copied(text: string): Promise<string> {
  await navigator.clipboard.writeText(text)
  return words.keep.copied(text)
}
