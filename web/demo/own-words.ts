/** What the page for a model of the reader's own says. */
import type { ModelKind } from 'attenscope'

const kinds: Readonly<Partial<Record<ModelKind, string>>> = {
  decoder: 'goes on with a text',
  'encoder-decoder': 'writes a text from another',
  classifier: 'judges a text',
  encoder: 'reads a text'
}

export const words = {
  looking: 'Reading what the model says of itself …',
  load: 'Load it',
  cancel: 'Cancel',
  again: 'Try again',
  other: 'Another model',
  noTokenizer: 'none in its folder: it runs on token ids only, which this page has no field for',
  facts: {
    model: 'Model',
    does: 'Family',
    shape: 'Shape',
    parameters: 'Parameters',
    download: 'To fetch',
    tokenizer: 'Tokenizer',
    held: 'Held as'
  },
  family: (family: string, kind: ModelKind) => `${family}, ${kinds[kind] ?? kind}`,
  shape: (L: number, N: number, C: number) => `${L} layers of ${N} heads, width ${C}`,
  forms: { f32: 'float32', f16: 'float16', int8: '8 bits' },
  loading: (file: string, loaded: string, total: string | undefined) =>
    `${file}: ${loaded}${total ? ` of ${total}` : ''}`,
  loaded: (name: string, bytes: string) => `${name}, ${bytes} in memory.`,
  cancelled: 'Cancelled. Nothing is running, and what has come is kept.'
}
