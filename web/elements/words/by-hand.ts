/** Chooses the words for the reader's hand: a mouse points and clicks, a finger on a screen taps. */

const hasHover = typeof matchMedia === 'undefined' || !matchMedia('(hover: none)').matches

export function byHand(mouse: string, touch: string): string {
  return hasHover ? mouse : touch
}
