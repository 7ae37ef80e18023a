/**
 * What a frame's address asks for, after its # or as its query: `element` (heads unless told), `model` (one of the site's)
 * or `trace` (one of the site's saved runs), `theme` (light or dark), and any attribute of the element: `text`, `layer`,
 * `head`, `part`, `edits`, `stage`, `temperature`, … One without a value is set: `path`, `autostart`.
 */

import table from '../../elements/elements.json' with { type: 'json' }
import { modelPages, traceNames, type TraceName } from './site-pages.js'

/** The names of the elements that have something to show alone, from a text and a model or a saved run. */
const ELEMENTS = table.filter(({ embeds }) => embeds).map(({ tag }) => tag.replace(/^attn-/, ''))

/** Those that show patterns and nothing else. */
const OF_PATTERNS: readonly string[] = ['heads', 'grid', 'summary']

/** Whose addresses are the site's own, not the reader's to give, or that make no sense alone. */
const RESERVED = ['model', 'src', 'group', 'change-page', 'data-theme']

export interface Asked {
  readonly element: string
  readonly model: string | undefined
  readonly trace: string | undefined
  readonly theme: 'light' | 'dark' | undefined
  readonly attributes: ReadonlyMap<string, string>
}

/** What is asked for that there is not. */
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
    // Something to look at, where nothing is asked for.
    trace: trace ?? (model === undefined && !given.has('text') ? traceFor(element) : undefined),
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    attributes: new Map(Object.entries(attributes).filter(([name]) => !RESERVED.includes(name)))
  }
}

/** The first thing that is asked for and is not there. */
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

/** The model of an element that is not told of one. */
export function modelFor({ element, model }: Asked): string {
  return model ?? (element === 'translate' ? 'translate' : element === 'classify' ? 'sentiment' : 'stories')
}
