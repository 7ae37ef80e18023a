/**
 * Reads a frame's address: `element` (default: heads), `model` (a model of the site) or `trace` (a saved run of the site),
 * `theme` (light or dark), and any attribute of the element: `text`, `layer`, `head`, `part`, `edits`, `stage`,
 * `temperature`, … A boolean attribute needs no value: `path`, `autostart`. The query and the hash both work.
 */

import table from '../../elements/elements.json' with { type: 'json' }
import { modelPages, traceNames, type TraceName } from './site-pages.js'

/** The elements that need nothing but a text and a model, or a saved run. */
const ELEMENTS = table.filter(({ embeds }) => embeds).map(({ tag }) => tag.replace(/^attn-/, ''))

/** The elements that need the attention patterns only. */
const OF_PATTERNS: readonly string[] = ['heads', 'grid', 'summary']

/** Attributes that an address cannot set: they name files of the site, or have no use in a frame. */
const RESERVED = ['model', 'src', 'group', 'change-page', 'data-theme']

export interface Asked {
  readonly element: string
  readonly model: string | undefined
  readonly trace: string | undefined
  readonly theme: 'light' | 'dark' | undefined
  readonly attributes: ReadonlyMap<string, string>
}

/** The kind of thing that an address names and the site lacks; also the name of its message. */
export type Missing = 'noElement' | 'noModel' | 'noTrace'

function traceFor(element: string): TraceName {
  return OF_PATTERNS.includes(element) ? 'lily-patterns' : 'lily'
}

export function readAsked({ search, hash }: Pick<Location, 'search' | 'hash'>): Asked {
  const given = new Map([...new URLSearchParams(search), ...new URLSearchParams(hash.replace(/^#/, ''))])
  const { element = 'heads', model, trace, theme, ...attributes } = Object.fromEntries(given)
  return {
    element,
    model,
    // Without a model and a text, the frame shows a saved run.
    trace: trace ?? (model === undefined && !given.has('text') ? traceFor(element) : undefined),
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    attributes: new Map(Object.entries(attributes).filter(([name]) => !RESERVED.includes(name)))
  }
}

/** The first name in the address that the site does not know. */
export function missingOf({
  element,
  model,
  trace
}: Asked): { readonly what: Missing; readonly name: string } | undefined {
  const has = (names: readonly string[], name: string | undefined) => name === undefined || names.includes(name)
  if (!has(ELEMENTS, element)) return { what: 'noElement', name: element }
  if (!has(Object.keys(modelPages), model)) return { what: 'noModel', name: model ?? '' }
  return has(traceNames, trace) ? undefined : { what: 'noTrace', name: trace ?? '' }
}

/** The model that the address names, or the one that suits the element. */
export function modelFor({ element, model }: Asked): string {
  return model ?? (element === 'translate' ? 'translate' : element === 'classify' ? 'sentiment' : 'stories')
}
