/** What every element that runs a model says. */
import type { ModelKind } from 'attenscope'
import { section } from './language.js'

const KINDS: Readonly<Record<ModelKind, string>> = {
  decoder: 'one that goes on with a text',
  'encoder-decoder': 'one that writes a text from another',
  classifier: 'one that judges a text',
  encoder: 'one that reads a text'
}

export const controls = section('controls', {
  stop: 'Stop',
  settings: 'Settings',
  examples: 'Examples',
  tryOne: 'Try',
  noTokenizer: 'the model has no tokenizer.json',
  wrongKind: (kind: ModelKind, wanted: readonly ModelKind[]) => ({
    what: `The model is ${KINDS[kind]}.`,
    meaning: `What is needed here is ${wanted.map((each) => KINDS[each]).join(' or ')}.`,
    remedy: 'Choose another model.'
  })
})
