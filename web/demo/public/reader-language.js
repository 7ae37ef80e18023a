// The site's bare address names no language: the reader's browser decides. A page's own address keeps its language.
{
  const primary = (tag) => tag.toLowerCase().split('-')[0]
  const pages = [...document.querySelectorAll('link[rel=alternate][hreflang]')]
  const pageIn = (tag) => pages.find(({ hreflang }) => primary(hreflang) === primary(tag))
  const chosen = navigator.languages.map(pageIn).find((page) => page)
  const isOther = chosen && primary(chosen.hreflang) !== primary(document.documentElement.lang)
  if (location.pathname.endsWith('/') && isOther) location.replace(`${chosen.href}${location.search}${location.hash}`)
}
