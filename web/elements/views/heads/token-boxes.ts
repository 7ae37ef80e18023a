/** The places of a text's words, measured once until the layout changes. */
import type { TokenBox } from './heads-lines.js'

export class TokenBoxes {
  private _of: readonly unknown[] = []
  private readonly _known = new Map<string, readonly TokenBox[]>()

  /** The boxes of the words that match `selector`, in CSS pixels from the corner of the scrolled text. */
  of(text: HTMLElement, selector: string): readonly TokenBox[] {
    const boxes = this.whole(text, selector)
    const { scrollTop } = text
    return scrollTop === 0 ? boxes : boxes.map((box) => moved(box, -scrollTop))
  }

  /** The boxes from the corner of the whole text, wherever it is scrolled to. */
  whole(text: HTMLElement, selector: string): readonly TokenBox[] {
    const { clientWidth, scrollHeight } = text
    const now = [text, clientWidth, scrollHeight, text.getElementsByClassName('word').length]
    if (now.some((part, at) => part !== this._of[at])) this._known.clear()
    this._of = now
    let boxes = this._known.get(selector)
    if (!boxes) this._known.set(selector, (boxes = measure(text, selector)))
    return boxes
  }

  /** New words in the same places may leave the text's height as it was. */
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
    // A line meets a token that wraps at the token's end.
    const box = [...word.getClientRects()].at(-1) ?? word.getBoundingClientRect()
    const at = { left: box.left - left, right: box.right - left, top: box.top - top, bottom: box.bottom - top }
    return moved(at, text.scrollTop)
  })
}
