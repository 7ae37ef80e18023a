/** What each error means and what to do; also used where there is no window. */
import type { ErrorCode } from 'attenscope'
import { section } from './language.js'

/** What an error means, and what to do. */
export interface Explanation {
  readonly meaning: string
  readonly remedy: string
}

const known: Readonly<Partial<Record<ErrorCode, Explanation>>> = {
  'bad-model': {
    meaning: 'The model’s files are damaged or incomplete, or their content does not match their names.',
    remedy: 'Download the folder again and check that every file is complete.'
  },
  unsupported: {
    meaning: 'This model needs a computation that the engine does not support.',
    remedy: 'Choose a model of a supported family.'
  },
  tokenizer: {
    meaning: 'The text cannot be split into the model’s tokens.',
    remedy: 'Add the model’s own tokenizer.json to its folder.'
  },
  'too-long': {
    meaning: 'The text is longer than the model’s context.',
    remedy: 'Shorten the text.'
  },
  memory: {
    meaning: 'The model needs more memory than the page may use.',
    remedy: 'Use a shorter text or a smaller model, or close other pages.'
  },
  network: {
    meaning: 'A file of the model could not be fetched.',
    remedy:
      'Check the address and the connection, then try again. Some pages may fetch from their own site only; ' +
      'then choose the model’s files instead.'
  },
  option: {
    meaning: 'A setting is outside the range that the model accepts.',
    remedy: 'Change the setting and try again.'
  },
  worker: {
    meaning: 'The engine stopped unexpectedly.',
    remedy: 'Try again; if it happens again, reload the page.'
  },
  blocked: {
    meaning: 'This page may not run the model here.',
    remedy: 'Only the author of the page can change this: the documentation says what a page must allow.'
  }
}

const unknown: Explanation = {
  meaning: 'An unexpected error occurred.',
  remedy: 'Try again; if it happens again, reload the page.'
}

/** For browsers in which no model runs. */
const oldBrowser: Explanation = {
  meaning: 'This browser is too old: it lacks functions that the engine needs. It can still show saved traces.',
  remedy: 'Use a newer browser: Chrome 91, Firefox 89, Safari 16.4 or later.'
}

export const errors = section('errors', { known, unknown, oldBrowser })
