/** The line above a matrix: the name of its numbers, and the buttons that zoom. */
import { html, type TemplateResult } from 'lit'
import type { Subject } from './matrix-subject.js'
import type { MatrixView } from './matrix-view.js'
import * as words from '../../words/index.js'

/** The factor of one press on a zoom button. */
export const ZOOM_STEP = 1.5

export interface ZoomActs {
  readonly zoom: (factor: number) => void
  /** Shows the whole matrix. */
  readonly fit: () => void
}

export function matrixHeader(
  { title, name }: Subject,
  { zoomed, canZoomIn }: MatrixView,
  { zoom, fit }: ZoomActs
): TemplateResult {
  return html`<header part="header">
    <h3>${title}</h3>
    <code>${breakable(name)}</code>
    <div class="zoom" role="group" aria-label=${words.matrix.zoom}>
      <button type="button" aria-label=${words.matrix.zoomOut} ?disabled=${!zoomed} @click=${() => zoom(1 / ZOOM_STEP)}>
        −
      </button>
      <button type="button" aria-label=${words.matrix.zoomIn} ?disabled=${!canZoomIn} @click=${() => zoom(ZOOM_STEP)}>
        +
      </button>
      <button type="button" ?disabled=${!zoomed} @click=${fit}>${words.matrix.fit}</button>
    </div>
  </header>`
}

/** Lets a long name break after a dot. */
function breakable(name: string) {
  return name.split('.').map((step, at) => (at > 0 ? html`.<wbr />${step}` : step))
}
