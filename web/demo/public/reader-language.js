// The site's bare address says no language: the reader's browser does. A page's own address, as its links give it, stays.
{
  const languages = navigator.languages.filter((tag) => /^(en|zh)\b/i.test(tag))
  if (location.pathname.endsWith('/') && /^zh/i.test(languages[0] ?? ''))
    location.replace(`./index.zh.html${location.search}${location.hash}`)
}
