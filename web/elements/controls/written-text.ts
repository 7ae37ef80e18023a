/** The text that `<attn-generate>` shows: the prompt fainter than the written tokens, the current token outlined. */
import type { Token } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import type { TokenRef } from '../base/refs.js'
import { runningToken } from '../parts/token-label.js'

export interface WrittenText {
  readonly tokens: readonly Token[]
  readonly promptTokenCount: number
  readonly inHand?: TokenRef | undefined
  readonly onPoint: (index: number | undefined) => void
  readonly onHold: (index: number) => void
}

export function writtenText({ tokens, promptTokenCount, inHand, onPoint, onHold }: WrittenText): TemplateResult {
  return html`<div class="text" part="text" @pointerleave=${() => onPoint(undefined)}>
    ${tokens.map((_, index) => {
      const marked = inHand?.query === index || inHand?.key === index
      const kind = `token ${index < promptTokenCount ? 'given' : ''} ${marked ? 'in-hand' : ''}`
      return html`<span class=${kind} @pointerenter=${() => onPoint(index)} @click=${() => onHold(index)}
        >${runningToken(tokens, index)}</span
      >`
    })}
  </div>`
}
