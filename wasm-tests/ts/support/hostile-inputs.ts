/** Small inputs written to hurt: tokenizers, chat templates, configs and texts that ask for endless work or memory. */

type Json = Readonly<Record<string, unknown>>

/** An input: the files that replace those of a tiny model, and the call that reads them. */
export interface HostileInput {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  /** The text that is read. Without one, the ids 1, 2, 3 are run. */
  readonly text?: string
  /** Whether the text is a chat message. */
  readonly chat?: true
}

const alphabet = ['<unk>', ...Array.from('abcdefghijklmnopqrstuvwxyz!.0123456789'), ' ', '▁', 'é']
const vocab: Json = Object.fromEntries(alphabet.map((letter, id) => [letter, id]))
const bpe: Json = { type: 'BPE', vocab, merges: [], unk_token: '<unk>' }
const nested = (levels: number, inner: Json, wrap: (inner: Json) => Json): Json => {
  let made = inner
  for (let i = 0; i < levels; ++i) made = wrap(made)
  return made
}

function tokenizer(name: string, parts: Json, text = 'banana', model: Json = bpe): HostileInput {
  return { name: `tokenizer: ${name}`, files: { 'tokenizer.json': JSON.stringify({ model, ...parts }) }, text }
}

const split = (Regex: string) => ({ pre_tokenizer: { type: 'Split', pattern: { Regex }, behavior: 'Isolated' } })
const replace = (pattern: Json, content: string) => ({ type: 'Replace', pattern, content })
const normalizers = (list: readonly Json[]) => ({ normalizer: { type: 'Sequence', normalizers: list } })
const times = (count: number, step: Json) => new Array<Json>(count).fill(step)
const manyA = `${'a'.repeat(50_000)}!`

const patterns: readonly HostileInput[] = [
  ...['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*)*b', '([a-z]+)*\\d', '(a+)+\\1', '.*.*.*.*=', '(?=(a+)+b)a'],
  ...['(?<=(a+)+)b', '(?<!a{0,5000})b', '[^b]*b|a', '(?:a{0,50}){0,50}b', '(a?){25}a{25}b', '\\s*a*$', '(?:(?:a*)*)*b'],
  ...[
    '^(a+)*$',
    '(?!(a|a)+$)a',
    '(?i:A+)+$',
    '(\\p{L}+\\p{L}+)+\\d',
    'a{1,1000}{1,1000}',
    '(?:){1000000000}',
    '('.repeat(5000)
  ]
].map((source) => tokenizer(`the pattern ${source.slice(0, 30)}`, split(source), manyA))

const tokenizers: readonly HostileInput[] = [
  tokenizer('a Replace by (a+)+$', { normalizer: replace({ Regex: '(a+)+$' }, 'b') }, manyA),
  tokenizer('a Replace in the decoder', { decoder: replace({ Regex: '(a+)+$' }, 'b') }, manyA),
  tokenizer(
    'a Replace of a text of a megabyte',
    { normalizer: replace({ String: 'a'.repeat(1_000_000) }, 'b') },
    manyA
  ),
  tokenizer(
    'an alternative for each of 50,000 words',
    split(Array.from({ length: 50_000 }, (_, i) => `w${i}`).join('|'))
  ),
  tokenizer('forty Replaces of a by aa', normalizers(times(40, replace({ String: 'a' }, 'aa')))),
  tokenizer('a Replace of nothing by a megabyte', { normalizer: replace({ Regex: '' }, 'b'.repeat(1_000_000)) }),
  tokenizer(
    'two hundred Prepends of a megabyte',
    normalizers(times(200, { type: 'Prepend', prepend: 'b'.repeat(1_000_000) }))
  ),
  tokenizer('NFKD 256 times', normalizers(times(256, { type: 'NFKD' })), 'é'.repeat(100_000)),
  tokenizer('Strip 256 times', normalizers(times(256, { type: 'Strip' })), `a${' '.repeat(100_000)}a`),
  tokenizer('5,000 Lowercases', normalizers(times(5_000, { type: 'Lowercase' }))),
  tokenizer('a normalizer 1,000 levels deep', {
    normalizer: nested(1_000, { type: 'Lowercase' }, (inner) => ({ type: 'Sequence', normalizers: [inner] }))
  }),
  tokenizer('a pre-tokenizer 1,000 levels deep', {
    pre_tokenizer: nested(1_000, { type: 'Whitespace' }, (inner) => ({ type: 'Sequence', pretokenizers: [inner] }))
  }),
  tokenizer(
    '256 Splits of each character',
    {
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: times(256, { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated' })
      }
    },
    manyA
  ),
  tokenizer(
    'Metaspace with a long replacement',
    { pre_tokenizer: { type: 'Metaspace', replacement: 'x'.repeat(100_000) } },
    ' '.repeat(50_000)
  ),
  tokenizer(
    '100,000 added tokens with one start',
    {
      added_tokens: Array.from({ length: 100_000 }, (_, i) => ({ id: 100 + i, content: `${'a'.repeat(i % 300)}${i}` }))
    },
    manyA
  ),
  tokenizer('5,000 normalized added tokens and a pattern', {
    added_tokens: Array.from({ length: 5_000 }, (_, i) => ({
      id: 100 + i,
      content: `${'a'.repeat(3_000)}${i}`,
      normalized: true
    })),
    normalizer: replace({ Regex: '(a+)+$' }, 'b')
  }),
  tokenizer('an added token of a megabyte', { added_tokens: [{ id: 100, content: 'a'.repeat(1_000_000) }] }, manyA),
  tokenizer('a word of 50,000 letters in WordPiece', {}, manyA, {
    ...{ type: 'WordPiece', unk_token: '<unk>', continuing_subword_prefix: '##', max_input_chars_per_word: 1e9 },
    vocab: { ...vocab, '##a': 90 }
  }),
  tokenizer('Unigram with every run of a', {}, manyA, {
    ...{ type: 'Unigram', unk_id: 0 },
    vocab: [['<unk>', 0], ...Array.from({ length: 2_000 }, (_, i) => ['a'.repeat(i + 1), -i])]
  }),
  tokenizer('Unigram, one piece of 200,000 unknown characters', {}, 'é你'.repeat(100_000), {
    ...{ type: 'Unigram', unk_id: 0 },
    vocab: [
      ['<unk>', 0],
      ['a', -1]
    ]
  }),
  tokenizer('BPE that merges all runs of a', {}, manyA, {
    ...bpe,
    vocab: {
      ...vocab,
      ...Object.fromEntries(Array.from({ length: 11 }, (_, i) => ['a'.repeat(2 ** (i + 1)), 60 + i]))
    },
    merges: Array.from({ length: 11 }, (_, i) => ['a'.repeat(2 ** i), 'a'.repeat(2 ** i)])
  }),
  tokenizer('BPE that merges unlike parts', {}, manyA, {
    ...bpe,
    vocab: { ...vocab, ...Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => ['a'.repeat(i + 2), 60 + i])) },
    merges: Array.from({ length: 3_000 }, (_, i) => ['a'.repeat(i + 1), 'a'])
  }),
  tokenizer('a vocabulary that is one text', {}, 'a', { ...bpe, vocab: 'abc' }),
  tokenizer('a vocabulary with a token of a megabyte', {}, 'a', {
    ...bpe,
    vocab: { ...vocab, ['a'.repeat(1_000_000)]: 66 }
  }),
  tokenizer('the id 2^31', {}, 'a', { ...bpe, vocab: { ...vocab, x: 2 ** 31 } }),
  tokenizer('the id 4 billion − 1 in added tokens', { added_tokens: [{ id: 2 ** 32 - 1, content: 'x' }] }, 'x'),
  tokenizer('ids that are texts', {}, 'a', { ...bpe, vocab: { a: '1' } }),
  tokenizer('a merge that is a number', {}, 'a', { ...bpe, merges: ['a b', 7] }),
  tokenizer('merges that are an object', {}, 'a', { ...bpe, merges: { length: 1e9 } }),
  tokenizer('a suffix of a megabyte', {}, 'a', { ...bpe, end_of_word_suffix: 'x'.repeat(1_000_000) }),
  tokenizer('names of Object.prototype', { added_tokens: [{ id: 1, content: '__proto__' }] }, '__proto__ constructor', {
    ...bpe,
    vocab: { ...vocab, constructor: 60, toString: 61 }
  }),
  tokenizer('a template of 100,000 special tokens', {
    post_processor: {
      type: 'TemplateProcessing',
      single: new Array<Json>(100_000).fill({ SpecialToken: { id: 'a', type_id: 0 } }),
      pair: [],
      special_tokens: { a: { id: 'a', ids: [1], tokens: ['a'] } }
    }
  }),
  tokenizer('a post-processor 1,000 levels deep', {
    post_processor: nested(1_000, { type: 'ByteLevel' }, (inner) => ({ type: 'Sequence', processors: [inner] }))
  }),
  tokenizer('a decoder 1,000 levels deep', {
    decoder: nested(1_000, { type: 'ByteLevel' }, (inner) => ({ type: 'Sequence', decoders: [inner] }))
  }),
  tokenizer('a charsmap that refers to itself', {
    normalizer: { type: 'Precompiled', precompiled_charsmap: btoa('\x08\0\0\0' + '\xff'.repeat(8) + 'abc') }
  }),
  { name: 'tokenizer: nested a million levels deep', files: { 'tokenizer.json': '['.repeat(1_000_000) }, text: 'a' },
  { name: 'tokenizer: no JSON', files: { 'tokenizer.json': '\0'.repeat(1_000_000) }, text: 'a' }
]

const chat = (name: string, template: string): HostileInput => ({
  name: `template: ${name}`,
  files: {
    'tokenizer.json': JSON.stringify({ model: bpe }),
    'tokenizer_config.json': JSON.stringify({ chat_template: template })
  },
  text: 'hello',
  chat: true
})
const loop = (inner: string, count = 30_000) => `{% for a in range(${count}) %}${inner}{% endfor %}`

const templates: readonly HostileInput[] = [
  chat('a range of 200 million', '{{ range(200000000)|length }}'),
  chat('a range without an end', '{{ range(1, 1e400, 1)|length }}'),
  chat('a range with step 0', '{{ range(1, 10, 0)|length }}'),
  chat('two loops', loop(loop(''))),
  chat('three loops over 1,000', loop(loop(loop('', 1_000), 1_000), 1_000)),
  chat('a text that doubles', `{% set ns = namespace(t='aa') %}${loop('{% set ns.t = ns.t + ns.t %}', 60)}`),
  chat('a text that doubles by ~', `{% set ns = namespace(t='aa') %}${loop('{% set ns.t = ns.t ~ ns.t %}', 60)}`),
  chat('a list that doubles', `{% set ns = namespace(t=[1, 2]) %}${loop('{% set ns.t = ns.t + ns.t %}', 60)}`),
  chat('a text that is written often', loop(`{{ '${'a'.repeat(5_000)}' }}`)),
  chat('join of long lists', `{{ range(90000)|map('string')|join('${'a'.repeat(5_000)}') }}`),
  chat('replace that makes a text long', `{{ ('a' * 100000)|replace('a', '${'b'.repeat(5_000)}') }}`),
  chat(
    'replace again and again',
    `{% set ns = namespace(t='aa') %}${loop("{% set ns.t = ns.t|replace('a', 'aa') %}", 60)}`
  ),
  chat(
    'replace called as a method',
    `{% set ns = namespace(t='aa') %}${loop("{% set ns.t = ns.t.replace('a', 'aa') %}", 60)}`
  ),
  chat('indent', `{{ messages|tojson(indent=1000000000) }}`),
  chat('indent of a text', `{{ 'a\\nb'|indent(1000000000) }}`),
  chat('a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'),
  chat(
    'a macro that calls itself twice',
    '{% macro m(n) %}{% if n > 0 %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}'
  ),
  chat('brackets without end', '{{ ' + '('.repeat(40_000)),
  chat('nested lists', `{{ ${'['.repeat(20_000)}${']'.repeat(20_000)} }}`),
  chat('blanks', `{{${' '.repeat(1_000_000)}}}`),
  chat('blanks before a tag', `${'{'}${' '.repeat(50_000)}{{ 1 }}`),
  chat('lines of blanks', `${'\n '.repeat(40_000)}{% if 1 %}{% endif %}`),
  chat('a megabyte of text', 'a'.repeat(1_000_000)),
  chat('sort of lists', loop('{% set x = range(50000)|sort(reverse=true) %}')),
  chat('a list within itself', '{% set a = [1] %}{% set b = a.append(a) %}{{ a|tojson }}'),
  chat('the date with a long format', `{{ strftime_now('${'%Y'.repeat(40_000)}') }}`),
  chat('names of Object.prototype', '{{ messages.constructor.constructor("return 1")() }}{{ __proto__ }}')
]

const tiny: Json = {
  ...{ model_type: 'llama', architectures: ['LlamaForCausalLM'], hidden_act: 'silu', head_dim: 8 },
  ...{ hidden_size: 48, intermediate_size: 100, max_position_embeddings: 128, num_attention_heads: 6 },
  ...{ num_hidden_layers: 3, num_key_value_heads: 2, rms_norm_eps: 1e-5, vocab_size: 67, eos_token_id: 2 }
}
const config = (name: string, changes: Json): HostileInput => ({
  name: `config: ${name}`,
  files: { 'config.json': JSON.stringify({ ...tiny, ...changes }) }
})

const configs: readonly HostileInput[] = [
  config('2^53 layers', { num_hidden_layers: 2 ** 53 }),
  config('a billion layers', { num_hidden_layers: 1_000_000_000 }),
  config('a vocabulary of 2^53', { vocab_size: 2 ** 53 }),
  config('a width of 2^31', { hidden_size: 2 ** 31, num_attention_heads: 1 }),
  config('a context of 2^53', { max_position_embeddings: 2 ** 53 }),
  config('heads that are a fraction', { num_attention_heads: 1e-300 }),
  config('no heads', { num_attention_heads: 0 }),
  config('attention_types without end', {
    model_type: 'gpt_neo',
    architectures: ['GPTNeoForCausalLM'],
    attention_types: [[[], 2 ** 53 - 1]]
  }),
  config('a rope scaling of lists', { rope_scaling: { type: 'longrope', long_factor: new Array(1_000_000).fill(1) } }),
  config('layer_types without end', { layer_types: new Array(1_000_000).fill('full_attention') }),
  config('a million labels', { architectures: ['LlamaForSequenceClassification'], num_labels: 1_000_000_000 }),
  config('a key named __proto__', JSON.parse('{ "__proto__": { "hidden_size": 7 } }') as Json),
  config('end tokens without end', { eos_token_id: new Array(1_000_000).fill(3) }),
  { name: 'config: deep', files: { 'config.json': '{"a":'.repeat(200_000) } },
  { name: 'config: a list', files: { 'config.json': '[]' } },
  {
    name: 'generation config: lists',
    files: { 'generation_config.json': JSON.stringify({ bad_words_ids: new Array(300_000).fill([1, 2]) }) }
  }
]

const plain = { 'tokenizer.json': JSON.stringify({ model: bpe, normalizer: { type: 'NFKC' } }) }
const text = (name: string, words: string): HostileInput => ({ name: `text: ${name}`, files: plain, text: words })

const texts: readonly HostileInput[] = [
  text('30,000 marks', `e${'\u0301\u0323'.repeat(15_000)}`),
  text('a ligature of 18 characters, often', '\ufdfa'.repeat(100_000)),
  text('halves of surrogates', '\ud83d'.repeat(100_000)),
  text('three million letters', 'a'.repeat(3_000_000)),
  text('blanks', ' '.repeat(300_000)),
  text('controls', '\u0000\u0001\uffff'.repeat(50_000)),
  text('nothing', '')
]

/** Every input. Each of them ends soon, with an answer or with an AttenscopeError. */
export const hostileInputs: readonly HostileInput[] = [...patterns, ...tokenizers, ...templates, ...configs, ...texts]
