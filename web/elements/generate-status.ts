/** What a generation is doing, in words and in figures. */
import type { ModelInfo } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { bytes, significant } from './format.js'
import type { TextWriter } from './text-writer.js'

const ENDINGS: Readonly<Record<NonNullable<TextWriter['ended']>, string>> = {
  end: 'The model ended its text.',
  length: 'Written: as many tokens as were asked for.',
  context: 'The model’s context is full.',
  stop: 'A stop text came.',
  stopped: 'Stopped.'
}

export function statusText({ state: doing, ended, newTokenCount, error }: TextWriter, prompt: string): string {
  if (doing === 'paused') return `Paused at token ${newTokenCount}.`
  if (doing === 'writing') return newTokenCount === 0 ? 'Reading the prompt …' : `Writing token ${newTokenCount} …`
  if (ended && error === undefined) return ENDINGS[ended]
  return prompt === '' ? 'Without a prompt the model begins by itself.' : 'Ready.'
}

/** Speed, length, and the memory of weights and attention together. */
export function figures(writer: TextWriter, info: ModelInfo | undefined): TemplateResult {
  const { tokensPerSecond, promptTokenCount, newTokenCount, patternBytes } = writer
  const speed = tokensPerSecond === undefined ? '–' : significant(tokensPerSecond)
  return html`<span><b>${speed}</b> tokens/s</span>
    <span><b>${promptTokenCount + newTokenCount}</b>${info ? ` of ${info.context}` : ''} tokens</span>
    <span title="The model’s weights, and the attention kept so far"
      >memory <b>${bytes((info?.bytes ?? 0) + patternBytes)}</b></span
    >`
}
