/**
 * Draws the page's views for paper before the browser prints. A browser lays a page out anew for paper and tells no
 * script, so that a canvas would be stretched over words that stand elsewhere.
 */
import { sleep } from '../pacing/sleep.js'

/** A part of a view that changes for paper. */
export interface Printable {
  /** Draws for paper, at once: a browser does not wait. */
  enterPaper?(): void
  /** Draws for the screen again. */
  leavePaper?(): void
  /** Begins to compute a picture that was never in sight. */
  computeUnseen?(): void
  /** True while the picture is still being computed. */
  isComing?(): boolean
}

const printables = new Set<Printable>()
let isOnPaper = false

function enter(): void {
  if (isOnPaper) return
  isOnPaper = true
  for (const printable of [...printables]) printable.enterPaper?.()
}

function leave(): void {
  if (!isOnPaper) return
  isOnPaper = false
  for (const printable of [...printables]) printable.leavePaper?.()
}

let isListening = false

function listen(): void {
  if (isListening || typeof window === 'undefined') return
  isListening = true
  window.addEventListener('beforeprint', enter)
  window.addEventListener('afterprint', leave)
  // Tools that print may only emulate the medium.
  matchMedia('print').addEventListener('change', ({ matches }) => (matches ? enter() : leave()))
}

/** Prepares this part whenever the page is printed, until the returned function is called. */
export function onPaper(printable: Printable): () => void {
  listen()
  printables.add(printable)
  return () => printables.delete(printable)
}

const { signal: never } = new AbortController()

/** Between two looks at views that are still computing, in milliseconds. */
const LOOK_MS = 50

/**
 * Computes every view of the page that was never in sight, and resolves when all have their picture. Call it before a
 * script prints the page: `await preparePrint(); await page.pdf()`. Without it, views that need a model of their own
 * and were never in sight are printed as a message.
 *
 * Resolves after `timeoutMs` milliseconds at the latest.
 */
export async function preparePrint({ timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {}): Promise<void> {
  for (const printable of [...printables]) printable.computeUnseen?.()
  const endMs = performance.now() + timeoutMs
  // A view may show others, which register when they are drawn.
  for (let quiet = 0; quiet < 2 && performance.now() < endMs;) {
    await sleep(LOOK_MS, never)
    for (const printable of [...printables]) printable.computeUnseen?.()
    quiet = [...printables].some((printable) => printable.isComing?.()) ? 0 : quiet + 1
  }
}
