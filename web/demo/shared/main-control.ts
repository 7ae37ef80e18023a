/** The part of a page that the reader comes for: the text box with its buttons, or the fields. */

const CONTROLS = '.controls, attn-classify, attn-change, #texts, .source, #own-source'

/** Undefined on a page without a control. */
export function mainControl(): Element | undefined {
  return [...document.querySelectorAll(CONTROLS)].find((control) => control.checkVisibility())
}
