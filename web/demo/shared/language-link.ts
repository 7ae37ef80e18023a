/** Keeps the text and the view when the reader changes the language: the link copies the query and the hash. */
for (const link of document.querySelectorAll<HTMLAnchorElement>('a.language')) {
  link.addEventListener('click', () => {
    const address = new URL(link.href)
    address.search = location.search
    address.hash = location.hash
    link.href = address.href
  })
}
