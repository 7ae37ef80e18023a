/** The texts of the playground. */
export const playground = {
  source: 'Source of queries, keys and values',
  own: 'Your own numbers',
  model: 'A head of the story model',
  token: 'Token',
  start: '(start)',
  tables: { q: 'query q', k: 'key k', v: 'value v' },
  tokenAt: (row: number) => `Token ${row + 1}`,
  cell: (name: 'q' | 'k' | 'v', token: string, column: number) => `${name} of ${token}, element ${column + 1}`,
  tokens: 'Tokens',
  width: 'Width of q and k',
  draw: 'Randomise',
  reset: 'Reset',
  text: 'Text',
  layer: 'Layer',
  head: 'Head',
  aboutModel:
    'These are the queries and keys that the head compares. They already contain the positions, so they need no encoding.',
  loading: 'Loading …',
  link: 'The address of this page contains all numbers and choices.',
  recipe: (at: number) => `Recipe ${at}`,
  remove: 'Remove',
  removeOne: (at: number) => `Remove recipe ${at}`,
  add: 'Add a recipe',
  formula: 'Formula',
  choices: { encoding: 'Positions', score: 'Score', squash: 'Squash', mask: 'Mask', normalizer: 'Weights' },
  options: {
    encoding: { none: 'none', sinusoidal: 'sinusoidal, added', rotary: 'rotary', alibi: 'ALiBi' },
    score: {
      'scaled-dot': 'scaled dot product',
      dot: 'dot product',
      cosine: 'cosine',
      general: 'general (Luong)',
      additive: 'additive (Bahdanau)'
    },
    squash: { none: 'none', tanh: 'tanh', softcap: 'soft cap' },
    mask: {
      none: 'none',
      causal: 'causal',
      window: 'causal window',
      strided: 'strided',
      fixed: 'fixed blocks'
    },
    normalizer: {
      softmax: 'softmax',
      sigmoid: 'sigmoid',
      tanh: 'tanh',
      sparsemax: 'sparsemax',
      entmax15: '1.5-entmax',
      hard: 'hard (largest score)',
      none: 'none'
    }
  },
  unless: 'unless',
  when: 'if',
  letters: {
    all: 'i is a query, j is a key, s is a score, α is a weight, o is the output.',
    general: 'W compares each element of a query with the next element of a key.',
    additive: 'Every element of w is 1.',
    sinusoidal: 'p holds the sines and cosines of the position.',
    rotary: 'R rotates pairs of elements by an angle that depends on the position.',
    alibi: 'm is the slope of the head.',
    threshold: 'τ is chosen so that a row sums to 1.'
  }
}
