/** The tour: a short explanation of each part of a page, which the reader can close at any step. */
import type { DriveStep } from 'driver.js'
import { mainControl } from './main-control.js'
import { words } from '../words/index.js'

const partAt = (selector: string) => () => document.querySelector(selector) ?? undefined

/** The part of the page that each stop explains; a page skips the parts that it does not have. */
const STOPS = {
  text: mainControl,
  words: partAt('.words attn-heads'),
  heads: partAt('.overview attn-grid'),
  matrix: partAt('.matrix attn-matrix'),
  closer: partAt('.closer'),
  settings: partAt('.settings')
} as const

/** Pixels between the window's edge and the explained part on a phone. */
const MARGIN = 16

/** On a phone the explanation has the foot of the window, so the part that it explains goes to the head. */
function showAbove(element: Element | undefined): void {
  if (!element || !matchMedia('(max-width: 640px)').matches) return
  scrollBy({ top: element.getBoundingClientRect().top - MARGIN, behavior: 'instant' })
}

/** Starts the tour; calls `left` when the reader closes the tour or reaches its end. */
export async function begin(left: () => void): Promise<void> {
  const { tour } = words
  const names = Object.keys(STOPS) as (keyof typeof STOPS)[]
  const steps = names.flatMap((name): DriveStep[] => {
    const element = STOPS[name]()
    const { title, text } = tour.stops[name]
    return element?.checkVisibility() ? [{ element, popover: { title, description: text } }] : []
  })
  // The sheet with the controls would cover what the tour explains.
  document.documentElement.classList.add('touring')
  const [{ driver }] = await Promise.all([import('driver.js'), import('driver.js/dist/driver.css')])
  driver({
    steps,
    popoverClass: 'tour',
    showProgress: true,
    progressText: tour.progress,
    nextBtnText: tour.next,
    prevBtnText: tour.previous,
    doneBtnText: tour.done,
    overlayOpacity: 0.4,
    animate: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    duration: 150,
    onPopoverRender: ({ closeButton }) => closeButton.setAttribute('aria-label', tour.leave),
    onHighlightStarted: showAbove,
    onDestroyed: () => {
      document.documentElement.classList.remove('touring')
      left()
    }
  }).drive()
}
