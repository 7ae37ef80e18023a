/**
 * Gives an element the theme of the page behind it. A page may be dark without saying so by `color-scheme`: then the
 * colours behind the element decide. Where they do not say enough, the element gets opaque paper.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { themeWatch } from './theme-watch.js'

/** The colours of an element: dark on light, light on dark, or those of the page behind it. */
export type Theme = 'light' | 'dark' | 'auto'

/** A colour with its opacity, 0 to 1 each. */
interface Color {
  readonly red: number
  readonly green: number
  readonly blue: number
  readonly alpha: number
}

/** A ground of at most this luminance is dark: ink and paper have the same contrast with it at 0.18. */
const DARKEST_LIGHT = 0.18
/** On a ground between these luminances, grey text has too little contrast in either theme. */
const TOO_MIDDLING = { from: 0.05, to: 0.6 } as const

let pixel: CanvasRenderingContext2D | null | undefined
const colors = new Map<string, Color>()

/** A computed colour of any notation, as the browser paints it. */
function colorOf(text: string): Color {
  let color = colors.get(text)
  if (!color) {
    pixel ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', {
      willReadFrequently: true
    })
    pixel?.clearRect(0, 0, 1, 1)
    if (pixel) pixel.fillStyle = text
    pixel?.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixel?.getImageData(0, 0, 1, 1).data ?? []
    color = { red: red / 255, green: green / 255, blue: blue / 255, alpha: alpha / 255 }
    // A page that fades from colour to colour must not fill the memory.
    if (colors.size > 64) colors.clear()
    colors.set(text, color)
  }
  return color
}

/** WCAG's relative luminance. */
function luminance({ red, green, blue }: Color): number {
  const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/** The ancestors of an element, nearest first, hosts of shadow roots included. */
function* around(element: Element): Generator<Element> {
  for (let at: Element | null = element; at;) {
    const slot: Element | null = at.assignedSlot
    const root = at.getRootNode()
    at = slot ?? at.parentElement ?? (root instanceof ShadowRoot ? root.host : null)
    if (at) yield at
  }
}

/** The colour behind an element; 'unknown' behind a picture, `undefined` where nothing is painted. */
function groundOf(element: Element): Color | 'unknown' | undefined {
  const layers: Color[] = []
  for (const ancestor of around(element)) {
    const { backgroundImage, backgroundColor } = getComputedStyle(ancestor)
    if (backgroundImage !== 'none') return 'unknown'
    const color = colorOf(backgroundColor)
    if (color.alpha === 0) continue
    layers.push(color)
    if (color.alpha === 1) {
      return layers.reduceRight((below, { red, green, blue, alpha }) => {
        const over = (top: number, bottom: number) => alpha * top + (1 - alpha) * bottom
        return { red: over(red, below.red), green: over(green, below.green), blue: over(blue, below.blue), alpha: 1 }
      })
    }
  }
  return layers.length > 0 ? 'unknown' : undefined
}

type Host = ReactiveControllerHost & HTMLElement & { readonly theme?: Theme }

export class Ground implements ReactiveController {
  private readonly _look = () => this._follow()
  private _theme: Theme | undefined

  constructor(private readonly _host: Host) {
    _host.addController(this)
  }

  hostConnected(): void {
    themeWatch().addEventListener('change', this._look)
    this._follow()
  }

  hostDisconnected(): void {
    themeWatch().removeEventListener('change', this._look)
  }

  hostUpdate(): void {
    if (this._host.theme !== this._theme) this._follow()
  }

  private _follow(): void {
    const host = this._host
    this._theme = host.theme
    const root = host.getRootNode()
    // An element inside another has the other's theme.
    if (root instanceof ShadowRoot && 'theme' in root.host && root.host.localName.startsWith('attn-')) return
    const isFree = host.theme === undefined || host.theme === 'auto'
    const ground = isFree ? groundOf(host) : undefined
    let isDark: boolean | undefined
    let isOpaque = false
    if (ground === 'unknown') {
      // Light ink stands on a dark ground.
      isDark = luminance(colorOf(getComputedStyle(host.parentElement ?? document.body).color)) > 0.5
      isOpaque = true
    } else if (ground) {
      const light = luminance(ground)
      isDark = light < DARKEST_LIGHT
      isOpaque = light > TOO_MIDDLING.from && light < TOO_MIDDLING.to
    }
    host.toggleAttribute('data-opaque', isOpaque)
    if (isDark === undefined) delete host.dataset['ground']
    else host.dataset['ground'] = isDark ? 'dark' : 'light'
    const known = ground && ground !== 'unknown' && !isOpaque ? ground : undefined
    const byte = (value: number) => Math.round(255 * value)
    if (known) host.style.setProperty('--_ground', `rgb(${byte(known.red)} ${byte(known.green)} ${byte(known.blue)})`)
    else host.style.removeProperty('--_ground')
  }
}
