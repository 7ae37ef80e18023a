/** Where the words of a text stand, measured once for as long as they stand there. */
import type { TokenBox } from './heads-lines.js'

export class TokenBoxes {
  private _of: readonly unknown[] = []
  private readonly _known = new Map<string, readonly TokenBox[]>()

  /** The boxes of the words below `selector`, in CSS pixels from the text's corner, as far as it is scrolled. */
  of(text: HTMLElement, selector: string): readonly TokenBox[] {
    const { clientWidth, scrollHeight, scrollTop } = text
    const now = [text, clientWidth, scrollHeight, text.getElementsByClassName('word').length]
    if (now.some((part, at) => part !== this._of[at])) this._known.clear()
    this._of = now
    let boxes = this._known.get(selector)
    if (!boxes) this._known.set(selector, (boxes = measure(text, selector)))
    return scrollTop === 0 ? boxes : boxes.map((box) => moved(box, -scrollTop))
  }

  /** Words that take each other's place may leave the text as high as it was. */
  forget(): void {
    this._of = []
  }
}

function moved({ left, right, top, bottom }: TokenBox, by: number): TokenBox {
  return { left, right, top: top + by, bottom: bottom + by }
}

function measure(text: HTMLElement, selector: string): TokenBox[] {
  const { left, top } = text.getBoundingClientRect()
  return Array.from(text.querySelectorAll(`${selector} .word`), (word) => {
    // A token that wraps is met where it ends.
    const box = [...word.getClientRects()].at(-1) ?? word.getBoundingClientRect()
    const at = { left: box.left - left, right: box.right - left, top: box.top - top, bottom: box.bottom - top }
    return moved(at, text.scrollTop)
  })
}
