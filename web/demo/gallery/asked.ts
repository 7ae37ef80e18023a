/**
 * The states and elements that the gallery's address asks for: `?element=heads` shows one element by itself, in each of its
 * states; `?only=story,held` shows some sections; `?lang=zh` sets the page's language.
 */
import table from '../../elements/elements.json' with { type: 'json' }

export interface Asked {
  readonly lang: string
  /** The ids of the sections; `undefined` for all. */
  readonly only: readonly string[] | undefined
  /** The name of the one element to show, without `attn-`; `undefined` for all. */
  readonly element: string | undefined
}

/** The names of all elements. */
export const elementNames: readonly string[] = table.map(({ tag }) => tag.replace(/^attn-/, ''))

export function readAsked(search: string): Asked {
  const given = new URLSearchParams(search)
  return {
    lang: given.get('lang') ?? 'en',
    only: given.get('only')?.split(','),
    element: given.get('element')?.replace(/^attn-/, '')
  }
}

/** The sections that the address asks for, each with the elements that the address asks for. */
export function sectionsAsked(sections: readonly HTMLElement[], { only, element }: Asked): readonly HTMLElement[] {
  const wanted = sections.filter(({ id }) => !only || only.includes(id))
  if (element === undefined) return wanted
  const tag = `attn-${element}`
  for (const section of wanted)
    for (const each of [...section.children])
      if (each.localName.startsWith('attn-') && each.localName !== tag) each.remove()
  return wanted.filter((section) => section.querySelector(tag))
}

/** A link for each element by itself, and one for all of them. */
export function elementLinks({ lang, element }: Asked): HTMLElement {
  const list = Object.assign(document.createElement('ul'), {
    className: 'elements',
    ariaLabel: 'One element by itself'
  })
  for (const name of [undefined, ...elementNames]) {
    const query = new URLSearchParams({ ...(name && { element: name }), ...(lang !== 'en' && { lang }) })
    const link = Object.assign(document.createElement('a'), { href: `?${query}`, textContent: name ?? 'all elements' })
    if (name === element) link.setAttribute('aria-current', 'page')
    const item = document.createElement('li')
    item.append(link)
    list.append(item)
  }
  return list
}
