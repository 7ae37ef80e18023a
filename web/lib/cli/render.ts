/** Renders a saved trace: as a page in one file, or as a picture of one view. */

import { readFile, writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { AttenscopeError, openTrace, type Part, type Trace } from 'attenscope'
import { describe } from '../errors.js'
import { nearestName } from '../nearest-name.js'
import { findBrowser, pictureOfPage } from './browser-picture.js'
import { stillPage } from './still-page.js'

/** The views of a saved trace. */
export const stillViews = ['heads', 'matrix', 'grid', 'summary', 'steps', 'neurons', 'lens', 'cache', 'plane'] as const

/** The options of `render`. */
export interface RenderOptions {
  readonly to: string
  /** The views, by their names without 'attn-'; a picture has the first one. */
  readonly views?: readonly string[] | undefined
  readonly layer?: number | undefined
  readonly head?: number | undefined
  readonly part?: string | undefined
  /** The index of a query token that is locked. */
  readonly held?: number | undefined
  /** The stage of the matrix. */
  readonly stage?: string | undefined
  readonly caption?: string | undefined
  readonly title?: string | undefined
  readonly lang?: string | undefined
  readonly readonly?: boolean | undefined
  readonly browser?: string | undefined
}

/** The file that was written. */
export interface Rendered {
  readonly file: string
  readonly bytes: number
  readonly views: readonly string[]
}

/**
 * Renders the trace in a file. The ending of `to` decides: .html for a page, .svg or .png for a picture. Throws 'option' for
 * another ending and for a layer, head, part, token or view that does not exist, and 'unsupported' for a picture without a browser.
 */
export async function render(file: string, options: RenderOptions): Promise<Rendered> {
  const kind = kindOf(options.to)
  const views = checkViews(options.views ?? (kind === 'html' ? ['heads', 'matrix', 'grid'] : ['heads']), kind)
  const bytes = await readTrace(file)
  const trace = await openTrace(new File([bytes], file))
  checkChoice(trace, options)
  const { layer, head, part, held, stage, caption, readonly, lang = 'en' } = options
  const group = views.length > 1 ? 'trace' : undefined
  const shared = { group, layer, head, part, held, readonly }
  const page = stillPage({
    title:
      options.title ??
      trace.tokens
        .filter(({ special }) => !special)
        .map(({ text }) => text)
        .join('')
        .slice(0, 120),
    language: lang,
    views: views.map((name, at) => ({
      name,
      // The caption stands once, below the last view.
      attributes: {
        ...shared,
        ...(name === 'matrix' && { stage }),
        ...(at === views.length - 1 && { caption }),
        'no-keep': kind !== 'html'
      }
    })),
    trace: bytes,
    script: await readFile(fileURLToPath(new URL('./still.js', import.meta.url)), 'utf8'),
    picture: kind === 'html' ? undefined : kind
  })
  const content = kind === 'html' ? page : await pictureOfPage(page, await findBrowser(options.browser))
  try {
    await writeFile(options.to, content)
  } catch (error) {
    throw new AttenscopeError('option', `--to: ${options.to} cannot be written: ${describe(error)}`)
  }
  return { file: options.to, bytes: Buffer.byteLength(content), views }
}

function kindOf(file: string): 'html' | 'svg' | 'png' {
  const ending = extname(file).toLowerCase()
  if (ending === '.html' || ending === '.htm') return 'html'
  if (ending === '.svg' || ending === '.png') return ending.slice(1) as 'svg' | 'png'
  throw new AttenscopeError(
    'option',
    `--to is ${JSON.stringify(file)}, expected a file that ends with .html, .svg or .png`
  )
}

function checkViews(names: readonly string[], kind: string): readonly string[] {
  const views = names.map((name) => name.replace(/^attn-/, ''))
  for (const name of views) {
    if ((stillViews as readonly string[]).includes(name)) continue
    const nearest = nearestName(name, stillViews)
    const hint = nearest === undefined ? '' : `did you mean '${nearest}'? `
    throw new AttenscopeError(
      'option',
      `--view: there is no view '${name}'; ${hint}the views are ${stillViews.join(', ')}`
    )
  }
  if (views.length > 1 && kind !== 'html') {
    throw new AttenscopeError('option', `--view: a picture shows one view, found ${views.length}; a page shows several`)
  }
  return views
}

async function readTrace(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(file))
  } catch (error) {
    throw new AttenscopeError('bad-model', `${file} cannot be read: ${describe(error)}`)
  }
}

/** Checks the choice before a page shows it: the page's own error would be too late for a program. */
function checkChoice(trace: Trace, { layer, head, part, held }: RenderOptions): void {
  if (part !== undefined && !(trace.parts as readonly string[]).includes(part)) {
    throw new AttenscopeError('option', `--part is ${JSON.stringify(part)}, expected one of: ${trace.parts.join(', ')}`)
  }
  const view = trace.view((part ?? trace.part) as Part)
  const [first = 0] = view.layers
  // The number after the last head is the mean over the heads.
  if (layer !== undefined || head !== undefined)
    view.pattern(layer ?? first, head === view.headCount && head > 1 ? 0 : (head ?? 0))
  const count = view.queryTokens.length || view.queries.count
  if (held !== undefined && !(Number.isInteger(held) && held >= 0 && held < count))
    throw new AttenscopeError('option', `--held ${held} of ${count} tokens: tokens are 0 to ${count - 1}`)
}
