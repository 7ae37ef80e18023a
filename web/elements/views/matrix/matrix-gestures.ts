/** Mouse, pen and fingers on a matrix: point, tap, drag to pan, pinch or wheel to zoom. The page still scrolls. */

export interface GestureTarget {
  /** Coordinates are CSS pixels from the element's corner. */
  onPoint(x: number, y: number): void
  onLeave(): void
  onTap(x: number, y: number): void
  onPan(dx: number, dy: number): void
  onZoom(x: number, y: number, factor: number): void
  /** False if zooming by this factor would change nothing, so that the wheel may scroll the page. */
  zooms(factor: number): boolean
  /** True if a drag moves the picture and not the page. */
  pans(): boolean
}

/** A longer way, in pixels, is a drag and not a tap. */
const TAP_SLOP = 6

interface Finger {
  x: number
  y: number
}

export class MatrixGestures {
  private readonly _fingers = new Map<number, Finger>()
  private _travelled = 0

  constructor(private readonly _target: GestureTarget) {}

  readonly down = (event: PointerEvent): void => {
    if (event.button !== 0) return
    if (this._fingers.size === 0) this._travelled = 0
    this._fingers.set(event.pointerId, this._position(event))
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId)
  }

  readonly move = (event: PointerEvent): void => {
    const now = this._position(event)
    const finger = this._fingers.get(event.pointerId)
    if (!finger) {
      if (event.pointerType !== 'touch') this._target.onPoint(now.x, now.y)
      return
    }
    const dx = now.x - finger.x
    const dy = now.y - finger.y
    this._travelled += Math.hypot(dx, dy)
    const other = [...this._fingers].find(([id]) => id !== event.pointerId)?.[1]
    if (other) {
      const before = Math.hypot(finger.x - other.x, finger.y - other.y)
      const after = Math.hypot(now.x - other.x, now.y - other.y)
      if (before > 0) this._target.onZoom((now.x + other.x) / 2, (now.y + other.y) / 2, after / before)
      this._target.onPan(dx / 2, dy / 2)
    } else if (this._travelled > TAP_SLOP && this._target.pans()) {
      this._target.onPan(dx, dy)
    }
    this._fingers.set(event.pointerId, now)
  }

  readonly up = (event: PointerEvent): void => {
    const finger = this._fingers.get(event.pointerId)
    this._fingers.delete(event.pointerId)
    if (finger && this._fingers.size === 0 && this._travelled <= TAP_SLOP) this._target.onTap(finger.x, finger.y)
  }

  readonly cancel = (event: PointerEvent): void => {
    this._fingers.delete(event.pointerId)
    this._travelled = Infinity
  }

  readonly leave = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') this._target.onLeave()
  }

  /** A plain wheel scrolls the page, unless the matrix has the focus. A trackpad's pinch arrives with ctrlKey. */
  readonly wheel = (event: WheelEvent): void => {
    const { currentTarget } = event
    const root = currentTarget instanceof Element ? currentTarget.getRootNode() : undefined
    const focused = root instanceof ShadowRoot && root.activeElement === currentTarget
    const factor = Math.exp(-event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 0.05 : 0.002))
    const pinched = event.ctrlKey || event.metaKey
    if (!pinched && !(focused && this._target.zooms(factor))) return
    event.preventDefault()
    const { x, y } = this._position(event)
    this._target.onZoom(x, y, factor)
  }

  private _position(event: MouseEvent): Finger {
    const box = event.currentTarget instanceof Element ? event.currentTarget.getBoundingClientRect() : new DOMRect()
    return { x: event.clientX - box.x, y: event.clientY - box.y }
  }
}
