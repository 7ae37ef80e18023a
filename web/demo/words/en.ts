/** What the site says. The pages are built once a language; `zh-hans.ts` says the same in Chinese, each text for its reader. */
import type { ModelKind } from 'attenscope'
import { plural } from '../../elements/words/plural.js'

const FILES = '<code>config.json</code>, <code>tokenizer.json</code>, <code>model.safetensors</code>'

const kinds: Readonly<Partial<Record<ModelKind, string>>> = {
  decoder: 'goes on with a text',
  'encoder-decoder': 'writes a text from another',
  classifier: 'judges a text',
  encoder: 'reads a text'
}

export const words = {
  /** By the pages' names; `own` is of the files that a model of the reader's own needs there. */
  pages: {
    index: {
      name: 'Stories',
      title: 'Attenscope: watch a language model look back',
      description: 'A small language model writes in your browser, and shows every attention weight.',
      lede: 'A small language model writes a story in this page; the lines show which words it looks back at.',
      own: { files: `A language model: ${FILES}.`, back: 'Back to the stories' }
    },
    translate: {
      name: 'Translation',
      title: 'Attenscope: watch a translation look across',
      description: 'A small model translates English into Chinese in your browser, and shows every attention weight.',
      lede: 'A small model turns English into Chinese in this page; the lines show which English words it looks at for each Chinese one.',
      own: { files: `A translation model of the Marian form: ${FILES}.`, back: 'Back to English and Chinese' }
    },
    sentiment: {
      name: 'Sentiment',
      title: 'Attenscope: the words that a judgement hangs on',
      description: 'A small model judges a text in your browser, and shows the words that its judgement hung on.',
      lede: 'A small model judges whether a sentence speaks well of something; the tints show the words that its judgement hung on.',
      own: { files: `A classifier of the same form: ${FILES}.`, back: 'Back to our own model' }
    },
    dates: {
      name: 'Dates',
      title: 'Attenscope: how a model reads a date',
      description:
        'A small model reads dates as people write them in your browser, and shows which characters it looks at.',
      lede: 'A small model reads dates as people write them; the lines show which characters it looks at for each one it writes.',
      own: { files: `A model of the same form: ${FILES}.`, back: 'Back to our own model' }
    },
    change: {
      name: 'Change it',
      title: 'Attenscope: change it, and see what follows',
      description:
        'Change any number inside a running language model in your browser, and see at once what becomes of its output.',
      lede: 'Touch any number inside a running model, and see at once what becomes of its output.',
      note: '<span id="model-name"></span>. Nothing leaves the page.'
    },
    heads: {
      name: 'Which heads',
      title: 'Attenscope: which heads matter',
      description:
        'Every head of a small model is taken out in turn, in your browser, to see which a prediction hangs on.',
      lede: 'Each head is taken out in turn; the map shows how far the likeliest next word falls, or rises, without it.',
      note: '<span id="model-name"></span>. Nothing leaves the page.'
    },
    compare: {
      name: 'Compare',
      title: 'Attenscope: two texts side by side',
      description: 'Two texts go through one model in your browser, and you see where its attention differs.',
      lede: 'Two texts go through one model; what differs in its attention stands beside them.',
      note: 'Nothing leaves the page.'
    },
    playground: {
      name: 'Playground',
      title: 'Attenscope: a playground of attention',
      description:
        'Type queries, keys and values, or take those of a running model, and see every form of attention side by side.',
      lede: 'Type queries, keys and values, or take a model’s, and see what each form of attention makes of them.',
      note: 'Nothing leaves the page.'
    },
    own: {
      name: 'Your own',
      title: 'Attenscope: your own model',
      description:
        'Any small Hugging Face checkpoint, GGUF or llama2.c file runs in your browser, and shows every attention weight.',
      lede: 'Any small model of yours, or of the Hugging Face Hub, runs in this page: a folder as it is, a GGUF or llama2.c file.',
      note: 'Nothing is uploaded. A token goes to the model’s own host and is not kept.'
    },
    licences: {
      name: 'Licences and credits',
      title: 'Attenscope: licences and credits',
      description: 'What the models of this site were trained on, whose software is in it, and under which licences.',
      lede: 'What the models of this site were trained on, whose software is in it, and under which licences.'
    },
    embed: {
      name: 'In a frame',
      title: 'Attenscope: attention in a frame',
      description: 'One picture of attention, for a frame in a page of your own.',
      lede: 'One picture of attention, for a frame in a page of your own.'
    }
  },
  embed: {
    noElement: (name: string) => `There is no element “${name}” to show.`,
    noModel: (name: string) => `This site has no model “${name}”.`,
    noTrace: (name: string) => `This site has no saved run “${name}”.`
  },
  frame: {
    again: 'Try again',
    pages: 'Models',
    choose: 'Choose a model’s files…',
    orDrop: (files: string) => `or drop its folder on the page. ${files} Nothing is uploaded.`,
    gallery: 'Every view in every state',
    licences: 'Licences and credits',
    model: (name: string) => `Model: ${name}`,
    cost: (files: string, memory: string, elapsedMs: string) =>
      `The model: ${files} of files, ${memory} in memory, loaded in ${elapsedMs} ms.`,
    newer: 'A new version of this site is ready.',
    takeNewer: 'Use it now',
    takingNewer: 'Changing to the new version…'
  },
  licences: {
    models: 'Models and their data',
    model: 'model',
    licence: 'licence',
    data: 'trained on',
    by: {
      stories:
        '<a href="https://huggingface.co/datasets/roneneldan/TinyStories">TinyStories</a> by Ronen Eldan and Yuanzhi Li (2023), CDLA-Sharing-1.0; the stories were written by GPT-3.5 and GPT-4.',
      translate:
        'Sentences of <a href="https://tatoeba.org">Tatoeba</a> by its contributors, CC BY 2.0 FR, as at <a href="https://www.manythings.org/anki/">ManyThings.org</a> and in the Tatoeba challenge’s test set of OPUS-MT; captions of <a href="https://github.com/MaxyLee/3AM">3AM</a> (2024), MIT.',
      sentiment:
        'The Stanford Sentiment Treebank (Socher et al. 2013), with two labels as in GLUE (Wang et al. 2019); its sentences are of film reviews (Pang and Lee 2005). The data set states no licence; no sentence of it is here.',
      dates: 'Dates that a program of ours writes, and no other data.'
    },
    noText: 'None of these texts is part of the site; the models learnt from them. Each model’s card says how well.',
    card: 'card',
    software: 'Software in these pages',
    ours: 'Attenscope itself is under the MIT licence.',
    package: 'package',
    texts: 'All licences in full'
  },
  tour: {
    begin: 'Tour',
    next: 'Next',
    previous: 'Back',
    done: 'Done',
    leave: 'Leave the tour',
    progress: '{{current}} of {{total}}',
    stops: {
      text: {
        title: 'The text',
        text: 'Type what you like: the model runs on it in this page. Nothing is sent anywhere.'
      },
      words: {
        title: 'What it looks at',
        text: 'Each line leads from a word to one that it looks at; the wider the line, the more. Point at a word, or click to hold it.'
      },
      heads: {
        title: 'Every head',
        text: 'Each square is one head: a way of looking of its own. Some look one word back, some at names, some at the start. Click one to see it.'
      },
      matrix: {
        title: 'One head, every number',
        text: 'A row is a word that looks, a column one that is looked at. Above it, the steps from q · k to the weights.'
      },
      closer: {
        title: 'Closer still',
        text: 'Below, the very numbers of the run: step by step, element by element, layer by layer.'
      },
      settings: {
        title: 'As you like it',
        text: 'Theme, colours and how the model is held are set here. The other pages show other models.'
      }
    }
  },
  /** Terms, explained where they stand: `[[query]]` in a text is a button that opens one. */
  terms: {
    token: { name: 'token', text: 'A piece of text that the model reads at once: a word, a part of one, or a sign.' },
    layer: {
      name: 'layer',
      text: 'One round of looking and thinking. Each layer works on what the one before it left.'
    },
    head: {
      name: 'head',
      text: 'One of several ways of looking within a layer. Each has queries, keys and values of its own.'
    },
    query: {
      name: 'query',
      text: 'The numbers by which a word asks. Its product with a word’s key says how much it looks at that word.'
    },
    key: { name: 'key', text: 'The numbers by which a word answers to queries.' },
    weight: {
      name: 'weight',
      text: 'A share of attention. Scores are made into weights by the softmax: each is above 0, and a row sums to 100 %.'
    },
    attention: {
      name: 'attention',
      text: 'Each word takes up a mixture of other words’ values; attention is how much of each.'
    },
    logit: { name: 'logit', text: 'A token’s score as the next one, before scores are made into probabilities.' },
    cache: {
      name: 'KV cache',
      text: 'Keys and values of all words so far, kept so that each new word needs to compute only its own.'
    },
    position: {
      name: 'position',
      text: 'Where a word stands. Attention alone sees no order, so the position is put into its numbers.'
    }
  },
  settings: {
    label: 'Settings',
    theme: { label: 'Theme', options: { system: 'as the system', light: 'light', dark: 'dark' } },
    scale: { label: 'Colour scale', options: { linear: 'linear', log: 'logarithmic' } },
    dtype: {
      label: 'Weights held as',
      options: { auto: 'the file has them', f32: 'float32', f16: 'float16', int8: '8 bits' }
    },
    threads: { label: 'Threads' },
    about:
      'Kept in this browser. Several threads need a server that isolates its pages; a small model gains little by them.'
  },
  figures: {
    allHeads: 'All heads',
    oneHead: 'One head',
    grid: (heads: string) => `A row is a [[layer]], a column a [[head]]. ${heads}`,
    matrix: (row: string) => `A row is ${row}. Each row’s [[weight|weights]] add up to 100&#8239;%.`,
    story: {
      text: 'The text',
      heads: 'Each small square is one head’s matrix. Point to preview a head, click to choose it.',
      row: 'a word that looks back (the [[query]]), a column a word it looks at (the [[key]])'
    },
    translation: {
      text: 'Both texts',
      heads: 'Cross: from the Chinese to the English. Encoder: within the English. Decoder: within the Chinese.',
      row: 'a word that looks (the [[query]]), a column a word that it looks at (the [[key]])'
    },
    own: {
      text: 'The text',
      heads: 'Point to preview a head, click to choose it.',
      row: 'a word that looks (the [[query]]), a column a word that it looks at (the [[key]])'
    }
  },
  closer: {
    heading: 'Look closer',
    'attn-steps': 'One word’s [[attention]], step by step',
    'attn-neurons': 'The same, element by element',
    'attn-lens': 'What the model would say after each [[layer]], and its [[logit|logits]]',
    'attn-cache': 'What it remembers: the [[cache]]',
    'attn-plane': '[[query|Queries]] and [[key|keys]]',
    'attn-summary': 'Every [[head]] in numbers',
    position: 'How [[position|positions]] can be told'
  },
  dates: {
    action: 'Read',
    placeholder: 'A date, in English or Chinese',
    texts: 'Both texts',
    path: 'The path',
    aboutTexts:
      'Above, the date as it was typed; below, year, month and day as the model writes them. A line leads to the characters that it looks at for each one.',
    aboutPath:
      'A row is a character written, a column a character read. The path goes from each row’s strongest weight to the next one’s. It jumps where the order changes, as from the year at the end to the month at the beginning.',
    examples: [
      'Tuesday, 3 March 2026',
      'the 21st of Nov, 1998',
      '2008年8月8日',
      '二〇一二年十二月三十一日',
      '07/04/76'
    ] as readonly [string, ...string[]]
  },
  sentiment: {
    heading: 'A text and how it is judged',
    about:
      'The model reads the text in both directions, then sums up what it read with one learnt question. The tint is how much of that sum each word makes up. It says where the model looked, not whether the word speaks for or against.'
  },
  heads: {
    models: 'Which model to look into',
    search: 'The heads that matter'
  },
  compare: {
    first: 'First text',
    second: 'Second text',
    both: 'Both, and what differs',
    model: 'Model',
    tries: 'Try',
    pairs: { name: 'another animal', order: 'who gave whom', again: 'a word that was there before' },
    about: 'Texts are compared where both have a token at the same place. Two settings of one model are compared on',
    changePage: './change.html',
    change: 'the page that changes it.'
  },
  playground: {
    source: 'Where queries, keys and values come from',
    own: 'Your own numbers',
    model: 'A head of the story teller',
    token: 'Token',
    start: '(start)',
    tables: { q: 'query q', k: 'key k', v: 'value v' },
    tokenAt: (row: number) => `Token ${row + 1}`,
    cell: (name: 'q' | 'k' | 'v', token: string, column: number) => `${name} of ${token}, number ${column + 1}`,
    tokens: 'Tokens',
    width: 'Numbers in q and k',
    draw: 'Draw at random',
    reset: 'As at first',
    text: 'Text',
    layer: 'Layer',
    head: 'Head',
    aboutModel:
      'These queries and keys are as the head compares them: their positions are in them already, so no encoding is needed.',
    loading: 'Loading …',
    link: 'All of it stands in the link of this page.',
    recipe: (at: number) => `Recipe ${at}`,
    remove: 'Remove',
    add: 'Another recipe beside it',
    formula: 'The formula',
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
        hard: 'hard: the largest',
        none: 'none'
      }
    },
    letters: {
      all: 'i is a query, j a key; s a score, α a weight, o the output.',
      general: 'W compares each number of a query with the next one of a key.',
      additive: 'w is all ones.',
      sinusoidal: 'p is the position’s sines and cosines.',
      rotary: 'R turns pairs of numbers by the position.',
      alibi: 'm is the head’s slope.',
      threshold: 'τ is such that a row sums to 1.'
    }
  },
  experiments: {
    label: 'Experiments',
    running: 'A running model',
    name: {
      title: 'The lost name',
      story: (head: number, layer: string, word: string, before: string, after: string) =>
        `One head fetches the name. Without head ${head} of layer ${layer}, “${word}” falls from ${before} to ${after}, and the story goes on without it.`
    },
    bend: {
      title: 'The bent translation',
      story: (instead: string, word: string, written: string, after: string) =>
        `Where the model was to write ${instead}, its cross-attention is bent to “${word}”. It writes ${written}, with ${after}.`
    },
    turn: {
      title: 'The turned review',
      story: (word: string, label: string, before: string, after: string) =>
        `The verdict hangs on one token. Hide “${word}” from the attention, and ${label} falls from ${before} to ${after}.`
    }
  },
  room: {
    loadAllTheSame: 'Load it all the same',
    tooLarge: (size: string, room: string) =>
      `It takes ${size}, and a page on this device may use about ${room}: the browser may end the page. Choose a form that takes less (the settings have them, too), or a smaller model.`
  },
  own: {
    which: 'Which model',
    name: 'Model',
    namePlaceholder: 'org/name, or an address',
    token: 'Token, if it needs one',
    look: 'Look',
    choose: 'Choose a model’s files…',
    orDrop: 'or drop its folder on the page.',
    try: 'Of this site:',
    tries: { stories: 'the story teller', translate: 'the translator', sentiment: 'the judge of sentences' },
    looking: 'Reading what the model says of itself …',
    load: 'Load it',
    cancel: 'Cancel',
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
    shape: (L: number, N: number, C: number) =>
      `${L} ${plural(L, 'layer', 'layers')} of ${N} ${plural(N, 'head', 'heads')}, width ${C}`,
    forms: { f32: 'float32', f16: 'float16', int8: '8 bits' },
    loading: (file: string, loaded: string, total: string | undefined) =>
      `${file}: ${loaded}${total ? ` of ${total}` : ''}`,
    loaded: (name: string, bytes: string) => `${name}, ${bytes} in memory.`,
    cancelled: 'Cancelled. Nothing is running, and what has come is kept.'
  }
}

/** What the site says, in any of its languages. */
export type SiteWords = typeof words
