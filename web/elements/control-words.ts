/** What loading, writing and failing say, and how tokens without a text are called. */
import type { ErrorCode } from 'attenscope'
import { html, type TemplateResult } from 'lit'

type Set = TemplateResult | string

/** What an error means, and what to do. */
export interface Explanation {
  readonly meaning: string
  readonly remedy: string
}

const errors: Readonly<Partial<Record<ErrorCode, Explanation>>> = {
  'bad-model': {
    meaning: 'The model’s files are damaged, incomplete, or not what their names say.',
    remedy: 'Fetch the folder again and check that every file has arrived whole.'
  },
  unsupported: {
    meaning: 'This model asks for something the engine does not compute.',
    remedy: 'Choose a model of a supported family.'
  },
  tokenizer: {
    meaning: 'The text cannot be cut into the model’s tokens.',
    remedy: 'Add the model’s own tokenizer.json to its folder.'
  },
  'too-long': {
    meaning: 'A model reads no more than its context holds, so a longer text does not fit.',
    remedy: 'Shorten the text.'
  },
  memory: {
    meaning: 'The page may not use as much memory as this needs.',
    remedy: 'Use a shorter text or a smaller model, or close other pages.'
  },
  network: {
    meaning: 'A file of the model could not be fetched.',
    remedy:
      'Check the address and the connection, then try again. A page may be allowed to fetch from its own site only; ' +
      'then choose the model’s files instead.'
  },
  option: { meaning: 'A setting is outside what the model accepts.', remedy: 'Change the setting and try again.' },
  worker: {
    meaning: 'The engine stopped unexpectedly.',
    remedy: 'Try again; if it happens again, reload the page.'
  }
}

const unknownError: Explanation = {
  meaning: 'Something unforeseen went wrong.',
  remedy: 'Try again; if it happens again, reload the page.'
}

export const controlWords = {
  errors,
  unknownError,
  load: {
    label: 'Loading the model',
    progress: (file: string, loaded: string, total: string | undefined) =>
      `Loading the model: ${file}, ${loaded}${total === undefined ? '' : ` of ${total}`}`,
    begun: 'Loading the model …',
    cancel: 'Cancel',
    cancelled: 'Loading was cancelled. Nothing is running.',
    load: 'Load the model',
    again: 'Try again'
  },
  generate: {
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
    tokens: (count: Set, context: number | undefined) =>
      html`${count}${context === undefined ? '' : ` of ${context}`} tokens`,
    memory: (taken: Set) => html`memory ${taken}`,
    whatMemory: 'The model’s weights, and the attention kept so far'
  },
  tokens: {
    start: 'start',
    end: 'end',
    special: (name: string) => `${name} token`,
    lineBreak: 'line break',
    space: 'space',
    part: (text: string, part: number) => `${text}, part ${part}`
  }
} as const
