/**
 * Reads a frame's address: `element` (default: heads), `theme` (light or dark), `lang`, where the numbers come from, and
 * attributes of the element: `text`, `layer`, `head`, `held`, … A boolean attribute needs no value: `path`, `autostart`.
 * The query and the hash both work; a field of the hash wins.
 */

import table from '../elements/elements.json' with { type: 'json' }

/** The elements that need nothing but a text and a model, or a saved run. */
export const embeddable: readonly string[] = table
  .filter(({ embeds }) => embeds)
  .map(({ tag }) => tag.replace(/^attn-/, ''))

/** The names of addresses that a page sets itself, after it has checked them. */
const sources = ['model', 'src', 'trace'] as const

/** Attributes that an address cannot set: they have no use in a frame. */
const reserved = ['group', 'change-page', 'data-theme', 'class', 'style', 'id']

export interface Asked {
  /** The element's name without `attn-`. */
  readonly element: string
  readonly theme: 'light' | 'dark' | undefined
  readonly language: string | undefined
  /** Where the numbers come from, as the address has it, unchecked. */
  readonly sources: Readonly<Partial<Record<(typeof sources)[number], string>>>
  /** All other fields. */
  readonly attributes: ReadonlyMap<string, string>
}

export function readAsked({ search, hash }: Pick<Location, 'search' | 'hash'>): Asked {
  const given = new Map([...new URLSearchParams(search), ...new URLSearchParams(hash.replace(/^#/, ''))])
  const take = (name: string) => {
    const value = given.get(name)
    given.delete(name)
    return value
  }
  const [element = 'heads', theme, language] = [take('element'), take('theme'), take('lang')]
  const taken = sources.map((name) => [name, take(name)] as const)
  return {
    element,
    theme: theme === 'light' || theme === 'dark' ? theme : undefined,
    language,
    sources: Object.fromEntries(taken.filter(([, value]) => value !== undefined)),
    attributes: given
  }
}

/** The attributes that the element knows and an address may set. */
function settable(element: string): readonly string[] {
  const defined = customElements.get(`attn-${element}`) as { observedAttributes?: readonly string[] } | undefined
  const known = defined?.observedAttributes ?? []
  return known.filter((name) => !reserved.includes(name) && !sources.some((source) => source === name))
}

/** The fields of the address that mean nothing to the element. */
export function unknownFields({ element, attributes }: Asked): string[] {
  const known = settable(element)
  return [...attributes.keys()].filter((name) => !known.includes(name))
}

/** Whether the element takes this attribute. */
export const takes = (element: string, attribute: string): boolean => {
  const defined = customElements.get(`attn-${element}`) as { observedAttributes?: readonly string[] } | undefined
  return defined?.observedAttributes?.includes(attribute) ?? false
}

/** The element that the address asks for, with its attributes, and with sources that the page has checked. */
export function elementOf(asked: Asked, from: { readonly model?: string; readonly src?: string }): HTMLElement {
  const element = document.createElement(`attn-${asked.element}`)
  const known = settable(asked.element)
  for (const [name, value] of asked.attributes) if (known.includes(name)) element.setAttribute(name, value)
  for (const [name, value] of Object.entries(from)) if (takes(asked.element, name)) element.setAttribute(name, value)
  return element
}
