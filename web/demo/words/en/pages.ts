/** Each page's name, title and first sentence, and the texts of the pages that have few. */
const FILES = '<code>config.json</code>, <code>tokenizer.json</code>, <code>model.safetensors</code>'

/** By the pages' names; `own` is about the files that a model of the reader needs on that page. */
export const pages = {
  index: {
    name: 'Stories',
    title: 'Attenscope: attention in a language model',
    description: 'A small language model writes a story in your browser and shows every attention weight.',
    lede: 'A small language model writes a story in this page. The lines show which earlier words it looks at.',
    own: { files: `The page needs a language model: ${FILES}.`, back: 'Use the story model' }
  },
  translate: {
    name: 'Translation',
    title: 'Attenscope: attention in a translation',
    description: 'A small model translates English into Chinese in your browser and shows every attention weight.',
    lede: 'A small model translates English into Chinese in this page. The lines show which English words it looks at for each Chinese word.',
    own: {
      files: `The page needs a translation model of the Marian form: ${FILES}.`,
      back: 'Use the translation model'
    }
  },
  sentiment: {
    name: 'Sentiment',
    title: 'Attenscope: attention in a classifier',
    description: 'A small model decides whether a text is positive or negative, and shows which words it looked at.',
    lede: 'A small model decides whether a sentence is positive or negative. The colours show how much it looked at each word.',
    own: { files: `The page needs a classifier of the same form: ${FILES}.`, back: 'Use the sentiment model' }
  },
  dates: {
    name: 'Dates',
    title: 'Attenscope: how a model reads a date',
    description: 'A small model reads dates in many forms and shows which characters it looks at.',
    lede: 'A small model reads dates in many forms. The lines show which characters it looks at for each character that it writes.',
    own: { files: `The page needs a model of the same form: ${FILES}.`, back: 'Use the date model' }
  },
  change: {
    name: 'Change it',
    title: 'Attenscope: change a model and see the effect',
    description: 'Change any number inside a running language model in your browser and see the effect on its output.',
    lede: 'Remove a [[head]], or change any other number inside a running model, and see the effect on its output at once.',
    note: '<span id="model-name"></span>. Your text stays in this page.'
  },
  heads: {
    name: 'Which heads',
    title: 'Attenscope: which heads matter',
    description: 'Your browser removes every head of a small model in turn, and shows which heads a prediction needs.',
    lede: 'This page is now a part of another one.'
  },
  compare: {
    name: 'Compare',
    title: 'Attenscope: compare two texts',
    description: 'One model reads two texts in your browser, and the page shows where its attention differs.',
    lede: 'One model reads two texts. The page shows its [[attention]] for both, and the difference.',
    note: 'Your texts stay in this page.'
  },
  playground: {
    name: 'Playground',
    title: 'Attenscope: a playground for attention',
    description: 'Type queries, keys and values, or take them from a model, and compare the forms of attention.',
    lede: 'Type [[query|queries]], [[key|keys]] and [[value|values]], or take them from a model, and compare the forms of [[attention]].',
    note: 'Your numbers stay in this page.'
  },
  own: {
    name: 'Your model',
    title: 'Attenscope: your own model',
    description:
      'Run a small Hugging Face checkpoint, a GGUF file or a llama2.c file in your browser and see every attention weight.',
    lede: 'Run your own small model in this page, or one from the Hugging Face Hub: a model folder, a GGUF file or a llama2.c file.',
    note: 'The page uploads nothing. It sends an access token to the model’s own host only, and does not store it.'
  },
  'learn/index': {
    name: 'Learn',
    title: 'Attenscope: learn what attention is',
    description:
      'A course on attention in language models. Every figure is alive: real weights, your own text, no server.',
    lede: 'What is attention? A course in which every figure is alive.'
  },
  'learn/looking-back': {
    name: 'Looking back',
    title: 'Looking back: how a model finds a name again',
    description: 'How a language model finds a name again fifty words later: one attention head, with real weights.',
    lede: 'How does a model find a name again fifty words later?'
  },
  'learn/weighted-average': {
    name: 'A weighted average',
    title: 'A weighted average: what is attended to',
    description:
      'What is attended to? A weighted average with a learned query, soft and hard, in a model that judges sentences.',
    lede: 'What is attended to?'
  },
  licences: {
    name: 'Licences and credits',
    title: 'Attenscope: licences and credits',
    description: 'The training data of this site’s models, the software in the site, and the licences of both.',
    lede: 'The training data of this site’s models, the software in the site, and the licences of both.'
  },
  gallery: {
    name: 'Gallery',
    title: 'Attenscope: every element in every state',
    description: 'Every element of Attenscope in every state, with made-up numbers.',
    lede: 'Every element in every state. The patterns are made up. The views of one section are linked.'
  },
  embed: {
    name: 'Frame',
    title: 'Attenscope: attention in a frame',
    description: 'One view of attention, for a frame in your own page.',
    lede: 'One view of attention, for a frame in your own page.'
  }
}

export const dates = {
  action: 'Read',
  placeholder: 'A date, in English or Chinese',
  texts: 'Both texts',
  path: 'The path',
  aboutTexts:
    'The date that you typed is above. The year, month and day that the model writes are below. Lines show the [[attention]]: they lead from a written character to the characters that the model looks at.',
  aboutPath:
    'A row is a written character; a column is a character of the date. The path joins the largest [[weight|weights]] of the rows. It jumps where the order changes, for example from the year at the end to the month at the start.',
  examples: [
    'Tuesday, 3 March 2026',
    'the 21st of Nov, 1998',
    '2008年8月8日',
    '二〇一二年十二月三十一日',
    '07/04/76'
  ] as readonly [string, ...string[]]
}

export const sentiment = {
  heading: 'A text and the model’s decision',
  about:
    'The model reads the text in both directions. One learned [[query]] then weighs all words and adds them up. A word’s colour shows its [[weight]] in this sum. The weight shows where the model looked; it does not show whether the word is positive or negative.'
}

export const heads = {
  lead: 'The search for the heads that matter'
}

export const compare = {
  first: 'First text',
  second: 'Second text',
  both: 'Both texts and their difference',
  model: 'Model',
  tries: 'Examples',
  pairs: { name: 'another animal', order: 'who gave and who got', again: 'a repeated word' },
  about:
    'The page compares two [[weight|weights]] only where both texts have a [[token]] at the same [[position]]. To compare two settings of one model, use',
  change: 'the page that changes a model.'
}
