/** The texts of the element that changes a model. */
import { parseTraceName, type Part } from 'attenscope'
import { html, type TemplateResult } from 'lit'
import { byHand } from './by-hand.js'
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
  running: 'Running both versions …',
  blank: 'Type a sentence.',
  same: 'Nothing is changed yet. Add an edit or choose an experiment.',
  search: {
    under: 'Removing each head in turn …',
    over: `Each head was removed in turn. ${byHand('Click', 'Tap')} a head in the map to keep it removed.`,
    none: 'No head was removed yet.'
  },
  ready: 'Ready.',
  stopped: 'Stopped.',
  ended: (bits: string) => `The predictions are at most ${bits} bits apart.`,
  original: 'Original',
  edited: 'Edited',
  difference: 'Difference',
  attention: 'Attention before and after',
  attentionAsIs: 'Attention',
  whatDifference: 'Edited minus original.',
  edits: {
    heading: 'Edits',
    none: 'No edits yet.',
    on: (words: string) => `Apply: ${words}`,
    up: 'Move up',
    down: 'Move down',
    remove: 'Remove',
    undo: 'Undo',
    undoKeys: 'Press Ctrl+Z or ⌘Z while this list has the focus',
    redoKeys: 'Press Ctrl+Shift+Z or ⌘⇧Z while this list has the focus',
    refused: (said: string) => `Not applied: ${said}`,
    value: (words: string) => `Value: ${words}`,
    redo: 'Redo',
    reset: 'Reset',
    add: 'Add'
  },
  inHand: {
    all: (layer: number, layers: number) => (layers > 1 ? `Layer ${layer}` : 'The attention'),
    off: 'Switch off',
    on: 'Switch on',
    hideNone: 'Hide a word (click one)',
    hide: (token: string) => `Hide ${token} from all heads`,
    unhide: 'Show again',
    compare: 'Compare both runs',
    more: 'Change this model'
  },
  kinds: {
    label: 'Change',
    zero: 'Remove a head',
    mean: 'Replace a head by its mean',
    scale: 'Scale a head',
    score: 'Raise or lower a score',
    weight: 'Set one weight',
    mask: 'Hide a token',
    temperature: 'Sharpen or flatten',
    normalizer: 'Change the normaliser',
    squash: 'Squash the scores',
    window: 'Narrow the window',
    positions: 'Change the positions',
    patch: 'Patch from another text',
    steer: 'Steer by a vector',
    json: 'Any edit, as JSON'
  },
  explained: {
    zero: 'The head’s output becomes 0.',
    mean: 'The head’s output becomes its mean over the tokens of this text, or of other sentences. The head then treats all tokens alike.',
    scale: 'Multiplies the head’s output by a factor. 0 removes the output; −1 reverses it.',
    score: 'Changes a score before the softmax. Adding 1 makes the weight 2.7 times as large relative to the others.',
    weight: `Sets one weight of a row, from 0 to 1. You can also ${byHand('click', 'tap')} a weight in a matrix below.`,
    mask: 'Hides the token from all heads, or from one head.',
    temperature: 'Divides the scores by a temperature. Below 1 sharpens the attention; above 1 flattens it.',
    normalizer: 'The function that turns scores into weights.',
    squash: 'A tanh keeps the scores between −1 and 1, so that no token dominates.',
    window: 'How many tokens a token sees on each side. An empty field means no limit.',
    positions: 'How the model encodes the order of the tokens.',
    patch: 'Takes the numbers at the same position from a run on another text.',
    steer: 'Adds a vector to the residual stream after a layer: the mean of one text minus the mean of another.',
    json: 'One edit or a list of edits. The page docs/edits.md explains the form.'
  },
  choices: {
    normalizer: 'Normaliser',
    squash: 'Squash',
    positions: 'Positions',
    patch: 'Source',
    steer: 'Source'
  },
  chosen: {
    head_output: 'head’s output',
    pattern: 'head’s attention',
    residual: 'residual stream',
    texts: 'two texts',
    vector: 'numbers'
  },
  numbers: {
    scale: 'Factor',
    score: 'Add',
    weight: 'Weight',
    temperature: 'Temperature',
    window: 'Tokens before',
    steer: 'Strength'
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
    renormalise: 'Scale the rest of the row to 100 %',
    right: 'Tokens after',
    from: 'Token of the other text',
    step: 'From step',
    text: 'The other text',
    texts: 'Sentences for the mean, one per line (empty: this text)',
    to: 'More like this text',
    other: 'Less like this text',
    vector: 'One number for each dimension of the model',
    json: 'Edit',
    all: 'all',
    every: 'every layer',
    whole: 'the whole model'
  },
  said: {
    head: (at: string, head: number | undefined) =>
      head === undefined ? `all heads of ${layerOf(at)}` : `head ${head} of ${layerOf(at)}`,
    zero: (what: string) => `Remove ${what}`,
    mean: (what: string, texts: number | undefined) =>
      texts === undefined
        ? `Replace ${what} by its mean`
        : `Replace ${what} by its mean over ${texts} ${plural(texts, 'text', 'texts')}`,
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
    heading: 'Predicted next tokens',
    after: (token: TemplateResult | string) => html`after ${token}`,
    labels: 'Predicted labels',
    token: 'Token',
    divergence: 'Where the predictions changed',
    whatDivergence: `A token’s colour shows how much the prediction after it changed: the Kullback–Leibler divergence in bits. ${byHand('Click', 'Tap')} a token to see its predictions.`,
    bits: 'bits',
    apart: (bits: string) => `The edited prediction is ${bits} bits from the original (Kullback–Leibler divergence).`
  },
  experiments: 'Experiments'
})
