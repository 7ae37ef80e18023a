/** One section of the gallery: a title, and elements side by side. */
export function gallerySection(id: string, title: string, elements: readonly HTMLElement[]): HTMLElement {
  const node = document.createElement('section')
  node.id = id
  node.append(Object.assign(document.createElement('h2'), { textContent: title }), ...elements)
  return node
}
