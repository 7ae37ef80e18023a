/** The list of chapters: marks those that were read in this browser. */
import { readChapters } from './read-chapters.js'

const read = readChapters()
for (const row of document.querySelectorAll<HTMLElement>('[data-chapter]')) {
  const mark = row.querySelector<HTMLElement>('.read')
  if (mark) mark.hidden = !read.includes(row.dataset['chapter'] ?? '')
}
