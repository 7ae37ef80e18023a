/** Words for both hands, of which a page shows one: a mouse points and clicks, a finger on a screen taps. */

/** HTML; page.css hides the text for the other hand. */
export function byHand(mouse: string, touch: string): string {
  return `<span class="by-mouse">${mouse}</span><span class="by-touch">${touch}</span>`
}
