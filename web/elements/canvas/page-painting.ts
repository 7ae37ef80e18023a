/**
 * Paints elements of the page into a picture as they look on the page: text, borders, backgrounds, simple SVG shapes and
 * the gradients of legends. Only files of pictures need it, so figure-files.ts loads it with them.
 */
import type { Ink, Paper } from './canvas-surface.js'
import { paintGradient } from './legend-painting.js'

/** A stroke or fill that was read from the page, at its place in the picture. */
type Mark = (paper: Paper) => void

/** Elements of the page, measured once, so that they can be painted later. */
export interface PagePart {
  readonly width: number
  readonly height: number
  readonly paint: Mark
}

const CLEAR = new Set(['rgba(0, 0, 0, 0)', 'transparent'])

/** Measures an element and everything in it, scrolled parts included. */
export function measurePart(root: Element): PagePart {
  return unscrolled(root, () => {
    const box = root.getBoundingClientRect()
    const marks: Mark[] = []
    let [right, bottom] = [box.right, box.bottom]
    visit(root, { x: box.left, y: box.top }, (mark, edge) => {
      marks.push(mark)
      right = Math.max(right, edge.right)
      bottom = Math.max(bottom, edge.bottom)
    })
    return {
      width: Math.ceil(right - box.left),
      height: Math.ceil(bottom - box.top),
      paint: (paper) => {
        paper.context.save()
        for (const mark of marks) mark(paper)
        paper.context.restore()
      }
    }
  })
}

/** Measures while every scrolled part is at its start: what is out of sight belongs to the picture, too. */
function unscrolled<Result>(root: Element, measure: () => Result): Result {
  const around: Element[] = []
  for (let { parentElement } = root; parentElement; { parentElement } = parentElement) around.push(parentElement)
  const scrolled = [...around, root, ...root.querySelectorAll('*')].filter(
    ({ scrollLeft, scrollTop }) => scrollLeft !== 0 || scrollTop !== 0
  )
  const places = scrolled.map(({ scrollLeft, scrollTop }) => ({ scrollLeft, scrollTop }))
  for (const each of scrolled) each.scrollLeft = each.scrollTop = 0
  const result = measure()
  scrolled.forEach((each, at) => Object.assign(each, places[at]))
  return result
}

interface Origin {
  readonly x: number
  readonly y: number
}

type Found = (mark: Mark, edge: { readonly right: number; readonly bottom: number }) => void

function visit(element: Element, origin: Origin, found: Found): void {
  const style = getComputedStyle(element)
  const box = element.getBoundingClientRect()
  if (style.display === 'none' || style.visibility === 'hidden' || element.classList.contains('spoken')) return
  if (element instanceof SVGElement) shape(element, style, box, origin, found)
  else {
    paintBox(element, style, box, origin, found)
    for (const node of element.childNodes) if (node instanceof Text) paintText(node, style, origin, found)
  }
  for (const child of element.children) visit(child, origin, found)
}

function paintBox(element: Element, style: CSSStyleDeclaration, box: DOMRect, { x, y }: Origin, found: Found): void {
  const [left, top, { width, height }] = [box.left - x, box.top - y, box]
  const fill = (color: string) =>
    found(({ context }) => {
      context.fillStyle = color
      context.fillRect(left, top, width, height)
    }, box)
  if (!CLEAR.has(style.backgroundColor)) fill(style.backgroundColor)
  const { classList } = element
  if (classList.contains('gradient')) {
    const diverging = classList.contains('diverging')
    found((paper) => paintGradient(paper, diverging, { left, top, width, height }), box)
  }
  if (classList.contains('space')) {
    // The styles of running text draw this dot as a background.
    const size = Number.parseFloat(style.fontSize)
    found(({ context, palette }) => {
      context.fillStyle = palette.muted
      context.beginPath()
      context.arc(left + width / 2, top + 0.57 * height, 0.075 * size, 0, 2 * Math.PI)
      context.fill()
    }, box)
  }
  const sides = [
    [style.borderTopWidth, style.borderTopStyle, style.borderTopColor, 0, 0, width, 0],
    [style.borderRightWidth, style.borderRightStyle, style.borderRightColor, width, 0, 0, height],
    [style.borderBottomWidth, style.borderBottomStyle, style.borderBottomColor, 0, height, width, 0],
    [style.borderLeftWidth, style.borderLeftStyle, style.borderLeftColor, 0, 0, 0, height]
  ] as const
  for (const [thick, kind, color, dx, dy, along, down] of sides) {
    const lineWidth = Number.parseFloat(thick)
    if (!(lineWidth > 0) || kind === 'none' || CLEAR.has(color)) continue
    found(({ context }) => {
      context.strokeStyle = color
      context.lineWidth = lineWidth
      context.beginPath()
      context.moveTo(left + dx, top + dy)
      context.lineTo(left + dx + along, top + dy + down)
      context.stroke()
    }, box)
  }
  // The outline of the row or cell in hand.
  const [, color] = /^(rgba?\([^)]*\)).*inset/.exec(style.boxShadow) ?? []
  if (color)
    found(({ context }) => {
      context.strokeStyle = color
      context.lineWidth = 1.5
      context.strokeRect(left + 1, top + 1, width - 2, height - 2)
    }, box)
}

/** A rectangle or a line: strips, bars and samples consist of them. */
function shape(element: SVGElement, style: CSSStyleDeclaration, box: DOMRect, { x, y }: Origin, found: Found): void {
  const { localName } = element
  if (localName === 'svg') return paintBox(element, style, box, { x, y }, found)
  const [left, top, { width, height }] = [box.left - x, box.top - y, box]
  // The computed style is alive, so its values are read now.
  const { fill, stroke } = style
  const opacity = Number(style.opacity) * Number(style.fillOpacity)
  if (localName === 'rect' && width > 0 && fill !== 'none' && opacity > 0)
    found(({ context }) => {
      context.fillStyle = fill
      context.globalAlpha = opacity
      context.fillRect(left, top, width, height)
      context.globalAlpha = 1
    }, box)
  const thick = Number.parseFloat(style.strokeWidth)
  if (stroke === 'none' || !(thick > 0)) return
  found(({ context }) => {
    context.strokeStyle = stroke
    context.lineWidth = thick
    if (localName === 'rect') return context.strokeRect(left, top, width, height)
    if (localName !== 'line') return
    // The samples of lines are level; the box of a line may or may not include its thickness.
    context.beginPath()
    context.moveTo(left, top + height / 2)
    context.lineTo(left + width, top + height / 2)
    context.stroke()
  }, box)
}

/** Each word at its place: a wrapped line of text is as wide in the picture as on the page. */
function paintText(node: Text, style: CSSStyleDeclaration, { x, y }: Origin, found: Found): void {
  const range = document.createRange()
  const { color, fontWeight, fontFamily } = style
  const size = Number.parseFloat(style.fontSize)
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index)
    range.setEnd(node, index + word.length)
    for (const { text, box } of piecesOf(range, word)) {
      found(({ context }) => {
        context.font = `${fontWeight} ${size}px ${fontFamily}`
        context.fillStyle = color
        paintWord(context, text, box.left - x, box.top - y, box.height)
      }, box)
    }
  }
}

/** A word is one piece, or one in each line that it is broken over. */
function piecesOf(range: Range, word: string): { readonly text: string; readonly box: DOMRect }[] {
  const boxes = [...range.getClientRects()].filter(({ width }) => width > 0)
  const [box] = boxes
  if (!box) return []
  if (boxes.length === 1) return [{ text: word, box }]
  const pieces: { text: string; box: DOMRect }[] = []
  const { startContainer, startOffset } = range
  const letter = document.createRange()
  for (let at = 0; at < word.length; at++) {
    letter.setStart(startContainer, startOffset + at)
    letter.setEnd(startContainer, startOffset + at + 1)
    const place = letter.getBoundingClientRect()
    const last = pieces.at(-1)
    if (last && Math.abs(last.box.top - place.top) < 1) last.text += word[at]
    else pieces.push({ text: word[at] ?? '', box: place })
  }
  return pieces
}

/** Writes text into the box that the browser gave it: the box is as high as the font's ascent and descent. */
export function paintWord(context: Ink, text: string, left: number, top: number, height: number): void {
  context.textAlign = 'left'
  context.textBaseline = 'alphabetic'
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText(text)
  context.fillText(text, left, top + (ascent * height) / (ascent + descent))
}
