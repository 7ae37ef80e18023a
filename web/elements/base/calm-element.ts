/** A view of many numbers: while a text is written it looks up now and then, not at every token. */
import type { PropertyValues } from 'lit'
import type { SelectionEvent } from './selection.js'
import { ViewElement } from './view-element.js'

/** As often as numbers can be read. */
const REST_MS = 500

export abstract class CalmElement extends ViewElement {
  private _drawnMs = -Infinity
  private _timer = 0

  override disconnectedCallback(): void {
    clearTimeout(this._timer)
    this._timer = 0
    super.disconnectedCallback()
  }

  /** What the reader does is answered at once. */
  protected override selectionChanged(event: SelectionEvent): void {
    if (event.aspect !== 'source') this._drawnMs = -Infinity
    super.selectionChanged(event)
  }

  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (!super.shouldUpdate(changed)) return false
    const restMs = this._drawnMs + REST_MS - performance.now()
    if (!this.selection.writing || changed.size > 0 || restMs <= 0) {
      clearTimeout(this._timer)
      this._timer = 0
      this._drawnMs = performance.now()
      return true
    }
    this._timer ||= window.setTimeout(() => {
      this._timer = 0
      this.requestUpdate()
    }, restMs)
    return false
  }
}
