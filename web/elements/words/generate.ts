/** What the element that writes on says. */
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

/** A word of the page’s text, already set. */
type Set = TemplateResult | string

export const generate = section('generate', {
  label: 'Prompt: the beginning of the text',
  placeholder: 'Empty: the model begins by itself',
  action: 'Generate',
  pause: 'Pause',
  resume: 'Resume',
  step: 'Step',
  whatStep: 'Write one token',
  temperature: 'Temperature',
  whatTemperature: '0 always takes the likeliest token; higher is more varied',
  seed: 'Seed',
  whatSeed: 'The same seed gives the same text',
  anotherSeed: 'Another seed',
  pace: 'Pace',
  whatPace: 'How fast tokens are shown; the engine may be faster',
  paces: { 0: 'full speed', 20: '20 tokens/s', 4: '4 tokens/s' },
  endings: {
    end: 'The model ended its text.',
    length: 'Written: as many tokens as were asked for.',
    context: 'The model’s context is full.',
    stop: 'A stop text came.',
    stopped: 'Stopped.'
  },
  paused: (count: number) => `Paused at token ${count}.`,
  reading: 'Reading the prompt …',
  writing: (count: number) => `Writing token ${count} …`,
  noPrompt: 'Without a prompt the model begins by itself.',
  ready: 'Ready.',
  speed: (tokens: Set) => html`${tokens} tokens/s`,
  tokens: (count: number, context: number | undefined) =>
    html`<b>${count}</b>${context === undefined ? '' : ` of ${context}`} ${plural(context ?? count, 'token', 'tokens')}`,
  memory: (taken: Set) => html`memory ${taken}`,
  whatMemory: 'The model’s weights, and the attention kept so far'
})
