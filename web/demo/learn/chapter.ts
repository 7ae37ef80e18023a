/** A chapter of the course: the reader's own text, the programs that run in the page, a lecture's view, and the mark of a read chapter. */
/// <reference types="vite/client" />
import 'attenscope/elements'
import { words } from '../words/index.js'
import { rememberRead } from './read-chapters.js'

/** The programs of the chapters. A chapter fetches its own one when it is run. */
const programs = import.meta.glob<{ run(print: (...parts: unknown[]) => void): Promise<void> }>('./code/*.js')

/** The figures of the group read the reader's own text. */
for (const form of document.querySelectorAll<HTMLFormElement>('form.own')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = form.querySelector('textarea')?.value.trim() ?? ''
    if (text === '') return
    for (const view of document.querySelectorAll<HTMLElement & { text?: string; held?: number | undefined }>(
      `[group="${form.dataset['group'] ?? ''}"][model]`
    )) {
      // The held word belongs to the text before.
      Object.assign(view, { text, held: undefined })
    }
  })
}

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-program]')) {
  const name = button.dataset['program'] ?? ''
  const output = document.querySelector(`output[data-output="${name}"]`)
  button.addEventListener('click', () => {
    const program = programs[`./code/${name}.js`]
    if (!program || !output) return
    button.disabled = true
    output.textContent = words.learn.running
    const lines: string[] = []
    const print = (...parts: unknown[]) => {
      lines.push(parts.join(' '))
      output.textContent = lines.join('\n')
    }
    program()
      .then(({ run }) => run(print))
      .catch((error: unknown) => (output.textContent = words.learn.failed(String(error))))
      .finally(() => (button.disabled = false))
  })
}

/** In a lecture: sections one by one, by the arrow keys or a presenter. */
function present(): void {
  const scenes = [...document.querySelectorAll<HTMLElement>('main.chapter > :is(attn-figure, section)')]
  let at = 0
  const show = (to: number) => {
    at = Math.max(0, Math.min(scenes.length - 1, to))
    scenes.forEach((scene, place) => (scene.hidden = place !== at))
  }
  document.documentElement.classList.add('presented')
  document.addEventListener('keydown', (event) => {
    const [from] = event.composedPath()
    const { key } = event
    if (from instanceof HTMLElement && from.matches('input, textarea, [role=radio]')) return
    if (key === 'ArrowRight' || key === 'PageDown') show(at + 1)
    if (key === 'ArrowLeft' || key === 'PageUp') show(at - 1)
  })
  show(0)
}
if (new URLSearchParams(location.search).has('present')) present()

const end = document.querySelector('.ways')
const chapter = /([\w-]+?)(\.\w+)?\.html$/.exec(location.pathname)?.[1]
if (end && chapter) {
  new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) rememberRead(chapter)
  }).observe(end)
}
