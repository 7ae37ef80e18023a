/** Chooses the words for the reader's hand: a mouse points and clicks, a finger on a screen taps. */

const isTouch = typeof matchMedia === 'function' && matchMedia('(hover: none) and (pointer: coarse)').matches

export function byHand(mouse: string, touch: string): string {
  return isTouch ? touch : mouse
}
