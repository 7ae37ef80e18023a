/** A share drawn as a bar. */
import { html, svg, type TemplateResult } from 'lit'

/** A bar whose length is a share between 0 and 1 of its width; an empty cell for a share that is not there. */
export function bar(share: number): TemplateResult | '' {
  if (Number.isNaN(share)) return ''
  return html`<svg class="bar" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<rect width=${Math.min(1, Math.max(0, share)).toFixed(4)} height="1" />`}
  </svg>`
}
