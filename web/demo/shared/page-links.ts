/** Every page: on a phone the links to the pages are one line that scrolls; the link of this page is scrolled into view. */
const links = document.querySelector('.masthead nav')
const here = links?.querySelector<HTMLElement>('[aria-current="page"]')

// The line alone scrolls: scrollIntoView could move the page.
if (links && here) links.scrollLeft = here.offsetLeft - (links.clientWidth - here.offsetWidth) / 2
