/** The state of a generation, in words and in figures. */
import type { ModelInfo } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { bytes, significant } from '../parts/format.js'
import { milliseconds } from '../parts/milliseconds.js'
import * as words from '../words/index.js'
import type { TextWriter } from './text-writer.js'

export function statusText({ state: doing, ended, newTokenCount, error }: TextWriter, prompt: string): string {
  if (doing === 'paused') return words.generate.paused(newTokenCount)
  if (doing === 'writing') return newTokenCount === 0 ? words.generate.reading : words.generate.writing(newTokenCount)
  if (ended && error === undefined) return words.generate.endings[ended]
  return prompt === '' ? words.generate.noPrompt : words.generate.ready
}

/**
 * The total time once the text is complete, the speed, the length, and the memory of weights and attention together.
 */
export function figures(writer: TextWriter, info: ModelInfo | undefined): TemplateResult {
  const { state, elapsedMs, tokensPerSecond, promptTokenCount, newTokenCount, patternBytes } = writer
  const speed = tokensPerSecond === undefined ? '–' : significant(tokensPerSecond)
  return html`${state === 'idle' && newTokenCount > 0 ? milliseconds(elapsedMs) : ''}
    <span>${words.generate.speed(html`<b>${speed}</b>`)}</span>
    <span>${words.generate.tokens(promptTokenCount + newTokenCount, info?.context)}</span>
    <span title=${words.generate.whatMemory}
      >${words.generate.memory(html`<b>${bytes((info?.bytes ?? 0) + patternBytes)}</b>`)}</span
    >`
}
