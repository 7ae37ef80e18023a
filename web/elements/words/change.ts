/** What the element that changes a model says. */
import { parseTraceName, type Part } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { section } from './language.js'
import { plural } from './plural.js'

const PARTS: Readonly<Record<Part, string>> = { decoder: '', encoder: 'encoder ', cross: 'cross ' }

/** 'cross layer 1' of 'decoder.blocks.1.cross.pattern', 'every layer' where it says *. */
function layerOf(at: string): string {
  const { part = 'decoder', layer } = parseTraceName(at) ?? {}
  if (layer === undefined) return at
  return layer === '*' ? `every ${PARTS[part]}layer` : `${PARTS[part]}layer ${layer}`
}

export const change = section('change', {
  label: 'The text to run',
  placeholder: 'A sentence',
  action: 'Run',
  running: 'Running both …',
  blank: 'Type a sentence.',
  same: 'Nothing is changed yet: add an edit, or take an experiment.',
  search: {
    under: 'Taking out each head in turn …',
    over: 'Each head was taken out in turn. Click one in the map to leave it out.',
    none: 'No head was taken out yet.'
  },
  ready: 'Ready.',
  stopped: 'Stopped.',
  ended: (bits: string) => `The predictions are at most ${bits} bits apart.`,
  original: 'Original',
  edited: 'Edited',
  difference: 'Difference',
  attention: 'Its attention, before and after',
  attentionAsIs: 'Its attention',
  whatDifference: 'Edited less original.',
  edits: {
    heading: 'What is changed',
    none: 'Nothing yet.',
    on: (words: string) => `Apply: ${words}`,
    up: 'Earlier',
    down: 'Later',
    remove: 'Remove',
    undo: 'Undo',
    undoKeys: 'Ctrl or ⌘ with Z, while this list has the focus',
    redoKeys: 'The same with Shift',
    refused: (said: string) => `Not applied: ${said}`,
    value: (words: string) => `How much: ${words}`,
    redo: 'Redo',
    reset: 'Reset',
    add: 'Add'
  },
  inHand: {
    all: (layer: number, layers: number) => (layers > 1 ? `Layer ${layer}` : 'The attention'),
    off: 'Switch it off',
    on: 'Switch it on',
    hide: (token: string) => `Hide ${token} from all`,
    unhide: 'Show it again',
    compare: 'Both runs side by side',
    more: 'Change it, and see what follows'
  },
  kinds: {
    label: 'Change',
    zero: 'Remove a head',
    mean: 'Give a head its mean',
    scale: 'Scale a head',
    score: 'Raise or lower a score',
    weight: 'Set one weight',
    mask: 'Hide a token',
    temperature: 'Sharpen or flatten',
    normalizer: 'Swap the normaliser',
    squash: 'Squash the scores',
    window: 'Narrow the window',
    positions: 'Swap the positions',
    patch: 'Patch from another text',
    steer: 'Steer by a vector',
    json: 'Any edit, as JSON'
  },
  explained: {
    zero: 'What the head adds to the stream becomes 0.',
    mean: 'What the head adds becomes its mean over this text’s tokens, or over those of other sentences: it no longer tells one token from another.',
    scale: 'What the head adds, times a factor: 0 removes it, −1 turns it round.',
    score: 'Before the softmax: 1 more makes the weight 2.7 times as large beside the others.',
    weight: 'One weight of one row, from 0 to 1. Or click a weight in the pictures below.',
    mask: 'Nobody, or one head, sees the token.',
    temperature: 'Scores divided by a temperature: below 1 sharpens, above 1 flattens.',
    normalizer: 'What makes weights of scores.',
    squash: 'A tanh keeps scores between −1 and 1, so that no token can stand out far.',
    window: 'How many tokens a token sees to each side; what is left empty has no end.',
    positions: 'How the model knows what comes before what.',
    patch: 'What stands at the same place when the model reads another text.',
    steer: 'Added to the stream after a layer: what one text has on average and another has not.',
    json: 'One edit or a list, as docs/edits.md says.'
  },
  choices: {
    normalizer: 'Normaliser',
    squash: 'Squash',
    positions: 'Positions',
    patch: 'What',
    steer: 'From'
  },
  chosen: {
    head_output: 'head’s output',
    pattern: 'head’s attention',
    residual: 'layer’s stream',
    texts: 'two texts',
    vector: 'numbers'
  },
  numbers: {
    scale: 'Factor',
    score: 'Add',
    weight: 'Weight',
    temperature: 'Temperature',
    window: 'Tokens back',
    steer: 'Times'
  },
  fields: {
    part: 'Attention',
    layer: 'Layer',
    head: 'Head',
    query: 'From token',
    key: 'To token',
    at: 'At token',
    token: 'Token',
    value: 'Value',
    renormalise: 'The rest of the row fills up to 100 %',
    right: 'Tokens ahead',
    from: 'Its token',
    step: 'From step on',
    text: 'The other text',
    texts: 'Sentences to take the mean over, one a line; none: this text',
    to: 'More like this text',
    other: 'Less like this one',
    vector: 'As many numbers as the model is wide',
    json: 'Edit',
    all: 'all',
    every: 'every one',
    whole: 'the whole model'
  },
  said: {
    head: (at: string, head: number | undefined) =>
      head === undefined ? `all heads of ${layerOf(at)}` : `head ${head} of ${layerOf(at)}`,
    zero: (what: string) => `Remove ${what}`,
    mean: (what: string, texts: number | undefined) =>
      texts === undefined
        ? `Give ${what} the mean`
        : `Give ${what} the mean over ${texts} ${plural(texts, 'text', 'texts')}`,
    scale: (what: string, value: string) => `Scale ${what} by ${value}`,
    add: (what: string, value: string) => `Add ${value} to ${what}`,
    set: (what: string, value: string) => `Set ${what} to ${value}`,
    renormalise: (what: string) => `Renormalise ${what}`,
    patch: (what: string, from: string) => `Patch ${what} from ${from}`,
    configure: (what: string, settings: string) => `In ${what}: ${settings}`,
    weight: (what: string, query: string, key: string) => `${what}, ${query} → ${key}`,
    row: (what: string, query: string) => `${what}, at ${query}`,
    column: (what: string, key: string) => `${what}, towards ${key}`,
    hide: (tokens: string) => `hide ${tokens}`,
    steps: (step: number) => `from step ${step} on`,
    vector: 'a vector',
    otherText: (text: string) => `“${text}”`,
    saved: 'a saved trace'
  },
  predictions: {
    heading: 'What would come next',
    after: (token: TemplateResult | string) => html`after ${token}`,
    labels: 'The verdict',
    token: 'Token',
    divergence: 'Where the predictions moved',
    whatDivergence:
      'A token’s tint is how far the prediction after it moved: the Kullback–Leibler divergence in bits. Click one to see its predictions.',
    bits: 'bits',
    apart: (bits: string) => `Edited from original: ${bits} bits (Kullback–Leibler divergence).`
  },
  experiments: 'Experiments'
})
