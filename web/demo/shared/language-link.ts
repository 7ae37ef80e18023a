/** The same page in another language shows the same text and view: its link takes along what the address carries. */
for (const link of document.querySelectorAll<HTMLAnchorElement>('a.language')) {
  link.addEventListener('click', () => {
    const address = new URL(link.href)
    address.search = location.search
    address.hash = location.hash
    link.href = address.href
  })
}
