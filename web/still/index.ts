/**
 * The script of a page that `attenscope render` writes: it opens the trace that the page contains and gives it to the views.
 * The build makes one classic script of it, which a page can contain, so that the page opens from a disk.
 */
import { openTrace } from 'attenscope'
import '../elements/views/cache/cache.js'
import '../elements/views/grid/grid.js'
import '../elements/views/heads/heads.js'
import '../elements/views/lens/lens.js'
import '../elements/views/matrix/matrix.js'
import '../elements/views/neurons/neurons.js'
import '../elements/views/plane/plane.js'
import '../elements/views/steps/steps.js'
import '../elements/views/summary/summary.js'
import type { ViewElement } from '../elements/base/view-element.js'

/** The bytes of the trace, which the page holds in base64. */
function traceBytes(): Uint8Array<ArrayBuffer> {
  const text = document.getElementById('trace')?.textContent ?? ''
  return Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0))
}

/** The text of a file in base64, for the program that reads the page. */
async function inBase64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

async function pictureOf(view: ViewElement, kind: string): Promise<Blob> {
  return kind === 'png' ? view.toPNG() : new Blob([await view.toSVG()])
}

async function show(): Promise<void> {
  const views = [...document.querySelectorAll<ViewElement>('[data-view]')]
  const { picture } = document.documentElement.dataset
  try {
    const trace = await openTrace(new Blob([traceBytes()]))
    for (const view of views) view.trace = trace
    const [first] = views
    if (picture !== undefined && first)
      document.body.textContent = `[picture:${await inBase64(await pictureOf(first, picture))}]`
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    document.body.textContent = picture === undefined ? message : `[error:${await inBase64(new Blob([message]))}]`
  }
}

void show()
