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
  key: { name: 'key', text: 'A vector that says what a token offers. The model compares it with the queries.' },
  weight: {
    name: 'weight',
    text: 'A share of attention. The softmax turns scores into weights: each weight is above 0, and a row sums to 100 %.'
  },
  attention: {
    name: 'attention',
    text: 'Each token takes a weighted sum of the values of other tokens. The attention weights say how much each value counts.'
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
