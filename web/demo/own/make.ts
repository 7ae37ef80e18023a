/** Makes elements of the page for the reader's own model. */

/** An element with its text or its children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  content: string | readonly Node[] = '',
  properties: Partial<HTMLElementTagNameMap[Tag]> = {}
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...(typeof content === 'string' ? [content] : content))
  return element
}

export function button(text: string, onclick: () => void, className = 'quiet'): HTMLButtonElement {
  return make('button', text, { type: 'button', className, onclick })
}
