/** What a frame of the site shows: a model of the site (`model`) or a saved run of the site (`trace`), by its name. */

import { embeddable, type Asked } from '../../embed/address.js'
import { modelPages, traceNames, type TraceName } from './site-pages.js'

/** The elements that need the attention patterns only. */
const OF_PATTERNS: readonly string[] = ['heads', 'grid', 'summary']

/** The kind of thing that an address names and the site lacks; also the name of its message. */
export type Missing = 'noElement' | 'noModel' | 'noTrace'

/** The name of the saved run to show; undefined if the model runs. Without a model and a text, the frame shows a run. */
export function traceFor({ element, sources, attributes }: Asked): string | undefined {
  const usual: TraceName = OF_PATTERNS.includes(element) ? 'lily-patterns' : 'lily'
  return sources.trace ?? (sources.model === undefined && !attributes.has('text') ? usual : undefined)
}

/** The first name in the address that the site does not know. */
export function missingOf({
  element,
  sources: { model, trace }
}: Asked): { readonly what: Missing; readonly name: string } | undefined {
  const has = (names: readonly string[], name: string | undefined) => name === undefined || names.includes(name)
  if (!has(embeddable, element)) return { what: 'noElement', name: element }
  if (!has(Object.keys(modelPages), model)) return { what: 'noModel', name: model ?? '' }
  return has(traceNames, trace) ? undefined : { what: 'noTrace', name: trace ?? '' }
}

/** The model that the address names, or the one that suits the element. */
export function modelFor({ element, sources: { model } }: Asked): string {
  return model ?? (element === 'translate' ? 'translate' : element === 'classify' ? 'sentiment' : 'stories')
}
