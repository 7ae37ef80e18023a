/** The texts of the page for the reader's own model, and the question where a model is too large. */
import type { ModelKind } from 'attenscope'
import { byHand } from '../by-hand.js'
import { plural } from '../../../elements/words/plural.js'

const kinds: Readonly<Partial<Record<ModelKind, string>>> = {
  decoder: 'continues a text',
  'encoder-decoder': 'writes a text from another text',
  classifier: 'classifies a text',
  encoder: 'reads a text'
}

export const room = {
  loadAllTheSame: 'Load anyway',
  tooLarge: (size: string, room: string) =>
    `The model takes ${size}, but a page on this device may use only about ${room}. The browser may close the page. Choose a smaller weight format, here or in the settings, or a smaller model.`
}

export const own = {
  which: 'The model',
  name: 'Model',
  namePlaceholder: 'gpt2, org/name, or an address',
  token: 'Access token, if needed',
  look: 'Inspect',
  stranger: {
    hub: (origin: string) => `The link to this page names another hub: ${origin}. Models would come from there.`,
    confirm: (origin: string) =>
      `The link to this page names ${origin}. Nothing has been sent there yet. That server would learn the name of the model and, if you enter one, your access token.`,
    ask: (origin: string) => `Ask ${origin}`
  },
  choose: 'Choose model files…',
  orDrop: byHand('or drop a model folder on the page.', ''),
  try: 'Models of this site:',
  tries: { stories: 'stories', translate: 'translation', sentiment: 'sentiment' },
  looking: 'Reading the description of the model …',
  load: 'Load the model',
  cancel: 'Cancel',
  other: 'Choose another model',
  noTokenizer: 'missing: the model reads token ids only, and this page has no field for token ids',
  facts: {
    model: 'Model',
    does: 'Family',
    shape: 'Shape',
    parameters: 'Parameters',
    download: 'Download',
    tokenizer: 'Tokenizer',
    held: 'Weights'
  },
  family: (family: string, kind: ModelKind) => `${family}, ${kinds[kind] ?? kind}`,
  shape: (L: number, N: number, C: number) =>
    `${L} ${plural(L, 'layer', 'layers')} of ${N} ${plural(N, 'head', 'heads')}, width ${C}`,
  forms: { f32: 'float32', f16: 'float16', int8: '8 bits' },
  loading: (file: string, loaded: string, total: string | undefined) =>
    `${file}: ${loaded}${total ? ` of ${total}` : ''}`,
  loaded: (name: string, bytes: string) => `${name} uses ${bytes} of memory.`,
  cancelled: 'Loading was cancelled. Nothing is running. The browser keeps the part that it fetched.'
}
