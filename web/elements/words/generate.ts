/** The texts of the element that continues a text. */
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

/** A word of the page’s text, already set. */
type Set = TemplateResult | string

export const generate = section('generate', {
  label: 'Prompt: the beginning of the text',
  placeholder: 'If empty, the model starts by itself',
  action: 'Generate',
  pause: 'Pause',
  resume: 'Resume',
  step: 'Step',
  whatStep: 'Write one token',
  temperature: 'Temperature',
  whatTemperature: '0 always takes the likeliest token; a higher value gives more variety',
  topK: 'Top-k',
  whatTopK: 'Draws among so many of the likeliest tokens; 0 draws among all',
  undo: 'Undo',
  whatUndo: 'Brings back the text before you went on from an earlier word',
  seed: 'Seed',
  whatSeed: 'The same seed gives the same text',
  anotherSeed: 'Change the seed',
  pace: 'Pace',
  whatPace: 'How fast the page shows tokens; the engine may be faster',
  paces: { 0: 'full speed', 20: '20 tokens/s', 4: '4 tokens/s' },
  endings: {
    end: 'The model ended its text.',
    length: 'Written: the text has the requested number of tokens.',
    context: 'The model’s context is full.',
    stop: 'The model wrote a stop text.',
    stopped: 'Stopped.'
  },
  paused: (count: number) => `Paused at token ${count}.`,
  reading: 'Reading the prompt …',
  writing: (count: number) => `Writing token ${count} …`,
  noPrompt: 'Without a prompt, the model starts by itself.',
  ready: 'Ready.',
  speed: (tokens: Set) => html`${tokens} tokens/s`,
  tokens: (count: number, context: number | undefined) =>
    html`<b>${count}</b>${context === undefined ? '' : ` of ${context}`} ${plural(context ?? count, 'token', 'tokens')}`,
  memory: (taken: Set) => html`memory ${taken}`,
  whatMemory: 'The model’s weights and the stored attention'
})
