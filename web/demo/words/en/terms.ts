/** Terms, explained where they stand: `[[query]]` in a text is a button that opens the explanation. */
export const terms = {
  token: {
    name: 'token',
    text: 'A piece of text that the model reads as one unit: a word, a part of a word, or a punctuation mark.'
  },
  layer: {
    name: 'layer',
    text: 'One stage of the model: attention, then a feed-forward network. Each layer works on the output of the layer before.'
  },
  head: {
    name: 'head',
    text: 'One of several attention units that work side by side in a layer. Each head has its own queries, keys and values.'
  },
  query: {
    name: 'query',
    text: 'A vector that says what a token looks for. The dot product of the query and a key is the score of that key.'
  },
  value: {
    name: 'value',
    text: 'A vector with what a token passes on. Attention adds up the values, each multiplied by its weight.'
  },
  key: { name: 'key', text: 'A vector that says what a token offers. The model compares it with the queries.' },
  weight: {
    name: 'weight',
    text: 'A share of attention. The softmax turns scores into weights: each weight is above 0, and a row sums to 100 %.'
  },
  attention: {
    name: 'attention',
    text: 'Each token takes a weighted sum of the values of other tokens. The attention weights say how much each value counts.'
  },
  cross: {
    name: 'cross-attention',
    text: 'Attention from one text to another: each token that the decoder writes looks at the tokens of the text that the encoder read.'
  },
  encoder: {
    name: 'encoder',
    text: 'The part of a model that reads the whole text. Each of its tokens looks at the tokens before and after it.'
  },
  decoder: {
    name: 'decoder',
    text: 'The part of a model that writes. Each of its tokens looks only at itself and at the tokens before it.'
  },
  softmax: {
    name: 'softmax',
    text: 'A function that turns scores into shares: it raises e to the power of each score, then divides by the sum.'
  },
  mask: {
    name: 'mask',
    text: 'A rule that hides keys from a query. A hidden key has the weight 0. A causal mask hides all later tokens.'
  },
  logit: {
    name: 'logit',
    text: 'The model’s score for a next token. The softmax turns the logits into probabilities.'
  },
  cache: {
    name: 'KV cache',
    text: 'The stored keys and values of all tokens so far. For a new token the model computes only one new key and value.'
  },
  position: {
    name: 'position',
    text: 'The place of a token in the text. Attention alone ignores the order, so the model adds the position.'
  }
}
