/** The texts that all elements with a model share. */
import type { ModelKind } from 'attenscope'
import { section } from './language.js'

const KINDS: Readonly<Record<ModelKind, string>> = {
  decoder: 'a model that continues a text',
  'encoder-decoder': 'a model that writes a text from another text',
  classifier: 'a model that classifies a text',
  encoder: 'a model that reads a text'
}

export const controls = section('controls', {
  stop: 'Stop',
  settings: 'Options',
  examples: 'Examples',
  tryOne: 'Try',
  noTokenizer: 'the model has no tokenizer.json',
  wrongKind: (kind: ModelKind, wanted: readonly ModelKind[]) => ({
    what: `This is ${KINDS[kind]}.`,
    meaning: `This element needs ${wanted.map((each) => KINDS[each]).join(' or ')}.`,
    remedy: 'Choose another model.'
  })
})
