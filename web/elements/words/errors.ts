/** What errors mean: plain words, for pages that have no window too. */
import type { ErrorCode } from 'attenscope'
import { section } from './language.js'

/** What an error means, and what to do. */
export interface Explanation {
  readonly meaning: string
  readonly remedy: string
}

const known: Readonly<Partial<Record<ErrorCode, Explanation>>> = {
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

const unknown: Explanation = {
  meaning: 'Something unforeseen went wrong.',
  remedy: 'Try again; if it happens again, reload the page.'
}

/** Not the model's fault: no model runs here. */
const oldBrowser: Explanation = {
  meaning:
    'This browser is too old: it lacks what the engine computes with. Traces that were saved are shown all the same.',
  remedy: 'Use a newer one: Chrome 91, Firefox 89, Safari 16.4 or later.'
}

export const errors = section('errors', { known, unknown, oldBrowser })
