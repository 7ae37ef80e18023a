/** What an author may add around a view: a height, below which it scrolls, and a caption below the picture. */
import { AttenscopeError } from 'attenscope'
import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** The attributes of the frame. */
export interface Framed extends ReactiveControllerHost, HTMLElement {
  readonly height?: string | number
  readonly caption?: string
}

/** A height as a length of CSS: a number, with or without a decimal point, is in pixels. */
export function lengthOf(height: string | number | undefined): string | undefined {
  if (height === undefined) return undefined
  const text = String(height).trim()
  return /^\d+(\.\d+)?$/.test(text) ? `${text}px` : text
}

/** The error for a height that CSS does not know. */
export function wrongHeight(height: string | number | undefined): AttenscopeError | undefined {
  const length = lengthOf(height)
  if (length === undefined || (length !== '' && CSS.supports('height', length))) return undefined
  return new AttenscopeError(
    'option',
    `height is ${JSON.stringify(height)}, expected a number of pixels or a length of CSS such as 20rem`
  )
}

/** Keeps the height and the caption of a view up to date. */
export class AuthorFrame implements ReactiveController {
  private readonly _caption = document.createElement('p')

  constructor(private readonly _host: Framed) {
    this._caption.className = 'author-caption'
    this._caption.setAttribute('part', 'author-caption')
    this._caption.hidden = true
    _host.addController(this)
  }

  /** The node of the caption. The view draws its content before it. */
  get node(): HTMLElement {
    return this._caption
  }

  hostUpdated(): void {
    const { height, caption } = this._host
    const length = wrongHeight(height) ? undefined : lengthOf(height)
    if (length === undefined) this._host.style.removeProperty('--_height')
    else this._host.style.setProperty('--_height', length)
    const text = caption ?? ''
    if (this._caption.textContent !== text) this._caption.textContent = text
    this._caption.hidden = text === ''
  }
}
