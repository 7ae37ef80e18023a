/** What the views of numbers say: steps, neurons, lens, cache, positions, plane, summary, comparison. */
import { html, type TemplateResult } from 'lit'

/** A word of the page's text, already set. */
type Set = TemplateResult | string

export interface Walk {
  readonly key: Set
  readonly score: string
  readonly divisor?: string
  readonly scaled?: string
  readonly entering: string
  readonly highest: string
  readonly term: string
  readonly sum: string
  readonly weight: string
  readonly isSoftmax: boolean
}

export const viewWords = {
  keep: {
    label: 'Keep …',
    asTable: 'As a table',
    numbers: 'The numbers of this picture',
    looks: (query: string) => `What ${query} looks at, the strongest first`,
    strongest: 'The strongest weight of every head',
    layer: 'layer',
    head: 'head',
    key: 'key',
    weight: 'weight',
    cut: (rows: number, ofRows: number, columns: number, ofColumns: number) =>
      `These are ${rows} of ${ofRows} rows and ${columns} of ${ofColumns} columns: CSV keeps them all.`,
    svg: 'The picture as vectors, with title and legend',
    png: 'The picture for print, with title and legend',
    csv: 'The numbers as a table',
    json: 'The numbers with their tokens and what is in hand',
    traceName: 'Trace',
    trace: 'A file that these elements open again without an engine: src="…"',
    html: 'Copies a line of HTML that shows this',
    linkName: 'Link',
    link: 'Copies a link that brings back the text and what is in hand',
    saved: (name: string) => `Saved as ${name}.`,
    copied: (text: string) => `Copied: ${text}`,
    nothing: 'There is nothing to keep yet.',
    query: 'query',
    tooLarge: 'These are more weights than a spreadsheet opens. Keep one head of them, or the trace.'
  },
  scrubber: {
    label: 'As it was written',
    title: 'Back and forth through the text: the views show the attention with which each token was chosen',
    at: (count: number, token: string) => (token === '' ? `${count}` : `${count}: ${token}`)
  },
  steps: {
    of: (query: Set) => html`what it computes for <b>${query}</b>`,
    label: 'A row a key: its score, the stages it goes through, its weight, and the value that the weight moves',
    key: 'key',
    scaled: (divisor: number | undefined) =>
      divisor === undefined ? 'scaled' : `÷ ${Number(divisor.toPrecision(3)).toString()}`,
    value: 'α · v',
    whatValue: 'The key’s value vector, as long as its weight makes it',
    sum: 'sum',
    output: 'The head’s output: the sum of the weighted values',
    moved: (key: string) => `The value of ${key} times its weight`,
    others: (count: number) => (count === 1 ? 'one more key' : `${count} more keys`),
    weighs: (key: Set, weight: string) => html`${key} weighs <b>${weight}</b>.`,
    walk: ({ key, score, divisor, scaled, entering, highest, term, sum, weight, isSoftmax }: Walk) =>
      html`${key}: q · k = <b>${score}</b>${
          divisor === undefined ? '' : html`, divided by ${divisor} = <b>${scaled}</b>`
        }.
        ${
          isSoftmax
            ? html`Softmax: e to the power of (${entering} − ${highest}, the highest) = <b>${term}</b>, of all keys’ sum
                ${sum} that is <b>${weight}</b>.`
            : html`What comes of it is a weight of <b>${weight}</b>, not the plain softmax of the scores.`
        }`
  },
  neurons: {
    of: (query: Set) => html`the query of <b>${query}</b>, element by element`,
    label: 'A row a key: its elements, and their products with the query’s, which sum to the score',
    none: 'This head multiplies no query with a key, element by element.',
    query: 'The query’s elements',
    key: (key: string) => `The elements of the key of ${key}`,
    product: (key: string) => `The query’s elements times those of ${key}`,
    sums: (key: Set, count: number, score: string) =>
      html`With ${key}, the ${count} products sum to <b>${score}</b>. Point at a strip for one of them.`,
    element: (at: number, q: string, k: string, product: string, key: Set) =>
      html`Element ${at}, with ${key}: ${q} × ${k} = <b>${product}</b>`
  },
  lens: {
    label: 'A row a layer, the last on top; a column a token: the likeliest next token if the model ended there',
    layer: 'layer',
    head: (head: number) => `head ${head}`,
    from: (first: number) => `from token ${first}`,
    cell: (entropy: string) => `entropy ${entropy} bits`,
    guesses: 'The likeliest next tokens',
    after: (layer: number, token: Set, entropy: string) =>
      html`After layer ${layer}, at <b>${token}</b>, the model would go on with one of these (entropy ${entropy} bits):`,
    choose: (token: string) => `What adds to the logit of ${token}`,
    terms: (token: Set, logit: string) => html`What adds up to the logit of <b>${token}</b>, ${logit}`,
    termsLabel: 'A row a layer: what each head, and the feed-forward layer, adds to the logit',
    feedForward: 'feed-forward',
    rest: (embedding: string, bias: string) => `The token itself adds ${embedding}, biases ${bias}.`,
    noTerms: 'What each head adds to a logit cannot be told of this model, or was not saved.'
  },
  cache: {
    title: (layer: number, head: number, heads: number) =>
      heads > 1 ? `Keys and values of layer ${layer}, head ${head} of ${heads}` : `Keys and values of layer ${layer}`,
    room: 'How much of the model’s room is taken',
    tokens: (count: Set, context: number) => html`${count} of ${context} tokens`,
    memory: (taken: Set, all: string) => html`all layers: ${taken} of ${all}`,
    keys: 'Keys',
    values: 'Values',
    label: { keys: 'Keys: a column a token', values: 'Values: a column a token' },
    of: (token: Set, at: number) =>
      html`Column ${at}: what is kept of <b>${token}</b>. Every token after it reads this, and computes none of it anew.`,
    why: 'A token’s keys and values are computed once and kept: the next token reads them all.'
  },
  position: {
    label: 'How positions are encoded',
    kinds: {
      sinusoidal: {
        name: 'sinusoidal',
        title: 'Sines and cosines, each pair slower than the one before, are added to a token’s vector.'
      },
      'powers-of-two': {
        name: 'powers of two',
        title: 'Waves whose lengths are powers of two, like the digits of a number.'
      },
      rotary: {
        name: 'rotary',
        title: 'Queries and keys are turned, pair by pair, by an angle that grows with the position.'
      },
      alibi: { name: 'ALiBi', title: 'Nothing is added to vectors; a score falls with the distance.' },
      learned: { name: 'learned', title: 'A vector for each position, learnt with the rest.' }
    },
    encodings: 'Encodings: a row a position, a column a component',
    similarities: 'Similarity: how alike two positions are',
    biases: 'Bias: what a distance adds to a score',
    curves: 'Components as curves',
    component: (at: number) => `component ${at}`,
    similarityOf: (position: number) => `Position ${position}, compared with all`,
    biasOf: (position: number) => `Position ${position}: what is added to its scores`,
    atDistance: (value: string) => `one before: ${value}`,
    range: (least: string, most: string) => `from ${least} to ${most}`
  },
  plane: {
    label: 'Queries and keys in a plane. Left and right go from query to query, Enter holds one, Escape lets go.',
    keeps: (share: string) => `the plane keeps ${share} of what tells them apart`,
    query: (token: string) => `query of ${token}`,
    key: (token: string) => `key of ${token}`,
    queries: 'queries',
    keys: 'keys',
    why: 'A query and a key far out in the same direction have a high score. Point at a query to see what it looks at.'
  },
  summary: {
    label: 'Every head in numbers; the buttons sort',
    title: 'Every head in numbers',
    columns: {
      head: { name: 'layer.head', title: 'Layer by layer' },
      entropy: { name: 'entropy', title: 'How spread its attention is, in bits' },
      distance: { name: 'distance', title: 'How many tokens away it looks, on average' },
      previousToken: { name: 'previous', title: 'Its weight on the token before' },
      firstToken: { name: 'first', title: 'Its weight on the first token' },
      duplicateToken: { name: 'duplicate', title: 'Its weight on the same token earlier, where there is one' },
      induction: { name: 'induction', title: 'Its weight on what followed the same token earlier' }
    }
  },
  compare: {
    difference: (of: string) => `${of}: what changed`,
    texts: ['First text', 'Second text'],
    settings: ['Before', 'After'],
    change: 'What changed',
    nothing: 'Nothing to compare with yet.',
    moved: 'How much each head’s attention moved',
    mapLabel: 'A row a layer, a column a head. Arrow keys move, Enter chooses.',
    share: (head: string, share: string) => `${head}: ${share} of its attention went elsewhere.`,
    most: (head: string, share: string) => `Most of all: ${head}, ${share}.`,
    same: 'Nothing moved.',
    nowhere: 'Both look alike: no head’s attention moved. What was changed acts on what comes after it.'
  }
} as const
