/** Output heads other than a vocabulary, pairs of texts, and options that are refused by name. */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectModel, loadModel, type Model } from 'attenscope'
import { describe, expect, it, onTestFinished } from 'vitest'

import { expectError } from './support/errors.js'
import { copyOf, golden } from './support/folders.js'
import { readGolden } from './support/golden-file.js'

const folderOf = (name: string) => join(golden('families'), name)

async function load(folder: string): Promise<Model> {
  const model = await loadModel(folder)
  onTestFinished(() => model.dispose())
  return model
}

/** Returns a copy of a folder with other values in config.json, and additional files by path. */
async function changed(name: string, config: object, files: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = await copyOf(folderOf(name))
  const path = join(folder, 'config.json')
  const own = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify({ ...own, ...config }))
  for (const [file, value] of Object.entries(files)) {
    await mkdir(join(folder, file, '..'), { recursive: true })
    await writeFile(join(folder, file), JSON.stringify(value))
  }
  return folder
}

async function goldenOf(name: string) {
  const tensors = await readGolden(join(folderOf(name), 'golden.safetensors'))
  return (key: string): number[] => Array.from(tensors.get(key)?.data ?? [])
}

const close = (found: ArrayLike<number>, wanted: readonly number[], digits = 4) => {
  expect(found.length).toBe(wanted.length)
  wanted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, digits))
}

describe('classify', () => {
  it('returns labels with their probabilities', async () => {
    const expected = await goldenOf('bert-text')
    const model = await load(folderOf('bert-text'))
    const [a = 0, b = 0, c = 0] = expected('logits').map(Math.exp)
    const { labels } = await model.classify({ ids: expected('input_ids'), typeIds: expected('token_type_ids') })
    const scores = new Map(labels.map(({ label, score }) => [label, score]))
    close(
      ['bad', 'so-so', 'good'].map((label) => scores.get(label) ?? NaN),
      [a, b, c].map((weight) => weight / (a + b + c))
    )
    expect(labels.map(({ score }) => score)).toEqual(labels.map(({ score }) => score).sort((x, y) => y - x))
  })

  it.each([
    ['multi_label_classification', (logit: number) => 1 / (1 + Math.exp(-logit))],
    ['regression', (logit: number) => logit]
  ])('of %s each label has a probability of its own', async (problem_type, scoreOf) => {
    const expected = await goldenOf('gpt2-text')
    const model = await load(await changed('gpt2-text', { problem_type }))
    const { labels } = await model.classify({ ids: expected('input_ids') })
    close(
      labels.map(({ score }) => score),
      expected('logits')
        .map(scoreOf)
        .sort((x, y) => y - x)
    )
  })
})

describe('question answering and bare models', () => {
  it('a question gives logits of start and end, also as columns', async () => {
    const expected = await goldenOf('gpt2-question')
    const model = await load(folderOf('gpt2-question'))
    const { logits } = await model.run({ ids: expected('input_ids') })
    expect(logits.shape).toEqual([9, 2])
    expect(logits.start?.shape).toEqual([9])
    close(
      logits.data.filter((_, i) => i % 2 === 1),
      expected('end')
    )
    await expectError(model.generate({ ids: [3] }).next(), 'unsupported', 'causal-lm', 'question-answering')
  })

  it('a checkpoint without a head runs, and has no logits', async () => {
    const { info } = await inspectModel(folderOf('bert-bare'))
    expect(info).toMatchObject({ kind: 'encoder', task: 'none' })
    const model = await load(folderOf('bert-bare'))
    const run = await model.run({ ids: [3, 4, 5] })
    expect(run.logits).toEqual({ data: new Float32Array(0), shape: [0, 0] })
    expect(run.trace.names()).not.toContain('blocks.0.lens')
    expect((await run.trace.compute('blocks.1.attn.pattern')).shape).toEqual([5, 3, 3])
  })

  it('a checkpoint without the head of its config is refused with the name of the missing tensor', async () => {
    const folder = await changed('llama-bare', { architectures: ['LlamaForCausalLM'], tie_word_embeddings: false })
    await expectError(loadModel(folder), 'bad-model', "'lm_head.weight'")
  })
})

describe('embed', () => {
  const pooling = (modes: object) => ({
    'modules.json': [
      { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
      { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' }
    ],
    '1_Pooling/config.json': { word_embedding_dimension: 15, ...modes }
  })
  const rows = (states: readonly number[]) =>
    Array.from({ length: states.length / 15 }, (_, t) => states.slice(15 * t, 15 * (t + 1)))
  const mean = (vectors: readonly number[][]) =>
    Array.from({ length: 15 }, (_, c) => vectors.reduce((sum, row) => sum + (row[c] ?? NaN), 0) / vectors.length)

  async function embedding(files: Readonly<Record<string, unknown>>, prefix = '') {
    const expected = await goldenOf('bert-bare')
    const model = await load(await changed('bert-bare', {}, files))
    const mask = expected(`${prefix}attention_mask`)
    const input = { ids: expected(`${prefix}input_ids`), typeIds: expected(`${prefix}token_type_ids`) }
    const embedded = await model.embed({ ...input, ...(mask.length > 0 && { attentionMask: mask }) })
    return { embedded, states: rows(expected(`${prefix}states`)), mask }
  }

  it('is the mean of the last states by default', async () => {
    const { embedded, states } = await embedding({})
    expect(embedded.shape).toEqual([15])
    close(embedded.data, mean(states))
    expect(embedded.trace.has('blocks.1.residual')).toBe(true)
  })

  it('ignores padding', async () => {
    const { embedded, states, mask } = await embedding(pooling({ pooling_mode_mean_tokens: true }), 'padded.')
    expect(mask).toContain(0)
    close(embedded.data, mean(states.filter((_, t) => mask[t] === 1)))
  })

  it.each([
    ['cls_token', (states: number[][]) => states[0] ?? []],
    ['lasttoken', (states: number[][]) => states.at(-1) ?? []],
    [
      'max_tokens',
      (states: number[][]) => (states[0] ?? []).map((_, c) => Math.max(...states.map((row) => row[c] ?? NaN)))
    ],
    ['mean_sqrt_len_tokens', (states: number[][]) => mean(states).map((value) => value * Math.sqrt(states.length))],
    [
      'weightedmean_tokens',
      (states: number[][]) =>
        mean(states.map((row, t) => row.map((value) => (value * (t + 1)) / ((states.length + 1) / 2))))
    ]
  ])('pools as configured in 1_Pooling: %s', async (mode, wanted) => {
    const { embedded, states } = await embedding(
      pooling({ [`pooling_mode_${mode}`]: true, pooling_mode_mean_tokens: false })
    )
    close(embedded.data, wanted(states))
  })

  it('concatenates several modes, and normalises the result to length 1', async () => {
    const files = pooling({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: true })
    const normalize = { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' }
    const { embedded, states } = await embedding({ ...files, 'modules.json': [...files['modules.json'], normalize] })
    const both = [...(states[0] ?? []), ...mean(states)]
    close(
      embedded.data,
      both.map((value) => value / Math.hypot(...both))
    )
  })

  it('refuses unknown modules, and models with two stacks', async () => {
    const dense = {
      'modules.json': [{ idx: 1, name: '1', path: '2_Dense', type: 'sentence_transformers.models.Dense' }]
    }
    const other = await load(await changed('bert-bare', {}, dense))
    await expectError(other.embed({ ids: [3] }), 'unsupported', 'modules.json', 'Dense')
    const model = await load(folderOf('t5-seq2seq'))
    await expectError(model.embed({ ids: [3] }), 'unsupported', 'embed', 't5')
  })
})

describe('inputs', () => {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz')
  const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...letters]
  const special = (name: string) => ({ id: name, ids: [vocabulary.indexOf(name)], tokens: [name] })
  const piece = (name: string, type_id: number) => ({ SpecialToken: { id: name, type_id } })
  const tokenizer = {
    version: '1.0',
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((content, id) => ({ id, content, special: true })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [piece('[CLS]', 0), { Sequence: { id: 'A', type_id: 0 } }, piece('[SEP]', 0)],
      pair: [
        ...[piece('[CLS]', 0), { Sequence: { id: 'A', type_id: 0 } }, piece('[SEP]', 0)],
        ...[{ Sequence: { id: 'B', type_id: 1 } }, piece('[SEP]', 1)]
      ],
      special_tokens: { '[CLS]': special('[CLS]'), '[SEP]': special('[SEP]') }
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id]))
    }
  }

  it('a pair is read with its separators and the type of each token', async () => {
    const model = await load(await changed('bert-question', {}, { 'tokenizer.json': tokenizer }))
    const run = await model.run({ text: 'a b', pair: 'c' })
    expect(run.tokens.map(({ id }) => id)).toEqual([2, 4, 5, 3, 6, 3])
    expect(run.tokens.map(({ text, start, end, ofPair = false }) => [text, start, end, ofPair])).toEqual([
      ['[CLS]', 0, 0, false],
      ['a', 0, 1, false],
      ['b', 2, 3, false],
      ['[SEP]', 3, 3, false],
      ['c', 0, 1, true],
      ['[SEP]', 1, 1, true]
    ])
    const same = await model.run({ ids: [2, 4, 5, 3, 6, 3], typeIds: [0, 0, 0, 0, 1, 1] })
    expect(run.logits.data).toEqual(same.logits.data)
    const other = await model.run({ ids: [2, 4, 5, 3, 6, 3] })
    expect(run.logits.data).not.toEqual(other.logits.data)
    const single = await model.run({ text: 'a b' })
    expect(single.tokens.map(({ id }) => id)).toEqual([2, 4, 5, 3])
  })

  it('a model without token types reads a pair, too', async () => {
    const model = await load(await changed('distilbert-question', {}, { 'tokenizer.json': tokenizer }))
    const run = await model.run({ text: 'a b', pair: 'c' })
    expect(run.logits.start?.shape).toEqual([6])
  })

  it('a masked token changes no other token', async () => {
    const model = await load(folderOf('bert-masked'))
    const logits = async (ids: number[], attentionMask?: number[]) =>
      (await model.run({ ids, ...(attentionMask && { attentionMask }) })).logits.data.slice(0, 2 * 31)
    close(await logits([3, 4, 9, 9], [1, 1, 0, 0]), Array.from(await logits([3, 4])), 5)
    expect(await logits([3, 4, 9, 9])).not.toEqual(await logits([3, 4]))
  })

  it.each([
    ['typeIds', { ids: [3, 4], typeIds: [0] }],
    ['typeIds', { ids: [3, 4], typeIds: [0, 3] }],
    ['attentionMask', { ids: [3, 4], attentionMask: [1, 2] }],
    ['attentionMask', { ids: [3, 4], attentionMask: 'no' }],
    ['pair', { text: 'a', pair: 7 }]
  ])('an invalid %s is refused: %j', async (name, input) => {
    const model = await load(folderOf('bert-masked'))
    await expectError(model.run(input as never), 'option', name)
    expect((await model.run({ ids: [3] })).logits.shape).toEqual([1, 31])
  })

  it('token types are refused by a model without them', async () => {
    const model = await load(folderOf('gpt2-causal'))
    await expectError(model.run({ ids: [3], typeIds: [0] }), 'option', 'typeIds')
  })
})

describe('unsupported options of configs', () => {
  it.each([
    ['gpt2-causal', { scale_attn_by_inverse_layer_idx: true }, 'scale_attn_by_inverse_layer_idx'],
    ['gpt2-causal', { add_cross_attention: true }, 'add_cross_attention'],
    ['gpt2-causal', { activation_function: 'mish' }, 'mish'],
    ['gpt2-text', { problem_type: 'ranking' }, 'problem_type'],
    ['bert-masked', { position_embedding_type: 'relative_key' }, 'position_embedding_type'],
    ['bert-masked', { hidden_act: 'quick_gelu' }, 'quick_gelu'],
    ['gemma2-causal', { layer_types: ['chunked_attention', 'full_attention', 'full_attention'] }, 'layer_types'],
    ['gemma2-causal', { use_bidirectional_attention: true }, 'use_bidirectional_attention'],
    ['phi3-causal', { rope_parameters: { rope_type: 'longrope', rope_theta: 1e4 } }, 'rope_type'],
    ['opt-causal', { word_embed_proj_dim: 8 }, 'word_embed_proj_dim'],
    ['opt-causal', { layer_norm_elementwise_affine: false }, 'layer_norm_elementwise_affine'],
    ['bloom-causal', { apply_residual_connection_post_layernorm: true }, 'apply_residual_connection_post_layernorm'],
    ['bloom-causal', { pretraining_tp: 2, slow_but_exact: true }, 'slow_but_exact'],
    ['mpt-causal', { attn_config: { clip_qkv: 3 } }, 'attn_config.clip_qkv'],
    ['mpt-causal', { no_bias: false }, 'no_bias'],
    ['mpnet-masked', { relative_attention_num_buckets: 16 }, 'relative_attention_num_buckets'],
    ['t5-seq2seq', { feed_forward_proj: 'gated-mish' }, 'feed_forward_proj'],
    ['bart-seq2seq', { normalize_before: true }, 'normalize_before'],
    ['bart-seq2seq', { is_encoder_decoder: false, is_decoder: true }, 'is_encoder_decoder'],
    ['llama-causal', { quantization_config: { quant_method: 'gptq', bits: 4 } }, 'gptq']
  ])('%s with %j is refused by its name', async (name, config, word) => {
    await expectError(loadModel(await changed(name, config)), 'unsupported', word)
  })

  it.each<readonly [string, object, readonly string[]]>([
    ['gpt2-causal', { n_inner: 24 }, ['transformer.h.0.mlp.c_fc.bias', '[24]']],
    ['gpt2-causal', { n_embd: 20 }, ['attn.c_attn.bias', '[60]']],
    ['gpt_neox-causal', { intermediate_size: 30 }, ['30']],
    ['phi3-causal', { num_key_value_heads: 4 }, ['qkv_proj.weight', '72']],
    ['t5-seq2seq', { relative_attention_num_buckets: 10 }, ['relative_attention_bias.weight', '[10, 3]']],
    ['gpt_neo-causal', { attention_types: [[['global'], 2]] }, ['attention_types', '3 layers']],
    ['roberta-masked', { pad_token_id: 40 }, ['max_position_embeddings', 'expected']],
    ['bert-token', { id2label: { 0: 'a', 2: 'b' } }, ['id2label', 'expected']],
    ['llama-causal-yarn', { rope_parameters: { rope_type: 'yarn', rope_theta: 0.5, factor: 4 } }, ['rotary', 'base']]
  ])('%s with %j does not fit its tensors', async (name, config, words) => {
    await expectError(loadModel(await changed(name, config)), 'bad-model', ...words)
  })

  it('a tensor in 8 bits that would have to be split is refused', async () => {
    const config = { quantization_config: { quant_method: 'attenscope', bits: 8 } }
    await expectError(loadModel(await changed('gpt2-causal', config)), 'unsupported', 'c_attn.weight')
  })
})
