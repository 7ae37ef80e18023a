/** The fields of config.json of Marian and LSTM models are used, or refused by name. */

import { describe, expect, it } from 'vitest'

import { lstmClassifier, lstmSeq2Seq } from '../../web/lib/families/attenscope-lstm.js'
import { marian } from '../../web/lib/families/marian.js'
import { expectError } from './support/errors.js'

const noTensors = new Set<string>()

describe('Marian configs', () => {
  const minimal = {
    model_type: 'marian',
    d_model: 48,
    encoder_layers: 2,
    decoder_layers: 3,
    encoder_attention_heads: 4,
    decoder_attention_heads: 6,
    encoder_ffn_dim: 40,
    decoder_ffn_dim: 50,
    vocab_size: 67,
    max_position_embeddings: 128
  }
  const plan = (changes: object = {}, names: ReadonlySet<string> = noTensors) =>
    marian.plan({ ...minimal, ...changes }, names)
  const engine = (changes: object, names?: ReadonlySet<string>) => {
    const { engine } = plan(changes, names)
    if (!('transformer' in engine)) throw new Error('a Marian is a Transformer')
    return engine.transformer
  }

  it('is a Transformer whose blocks normalise their output', () => {
    expect(engine({})).toEqual({
      layers: 3,
      heads: 6,
      keyValueHeads: 6,
      headWidth: 8,
      feedForwardWidth: 50,
      encoder: { layers: 2, heads: 4, keyValueHeads: 4, headWidth: 12, feedForwardWidth: 40 },
      width: 48,
      vocabulary: 67,
      encoderVocabulary: 0,
      context: 128,
      norm: 'layer',
      normPlace: 'after',
      normEpsilon: 1e-5,
      finalNorm: false,
      embeddingScale: 1,
      position: 'sinusoidal',
      activation: 'gelu',
      gated: false,
      attentionBias: true,
      outputBias: true,
      feedForwardBias: true,
      tiedEmbedding: true,
      logitsBias: false
    })
  })

  it.each([
    [{ scale_embedding: true }, { embeddingScale: Math.sqrt(48) }],
    [{ activation_function: 'swish' }, { activation: 'silu' }],
    [{ activation_function: 'relu' }, { activation: 'relu' }],
    [{ activation_function: 'gelu_new' }, { activation: 'gelu-tanh' }],
    [
      { share_encoder_decoder_embeddings: false, decoder_vocab_size: 71 },
      { vocabulary: 71, encoderVocabulary: 67 }
    ],
    [{ static_position_embeddings: true, normalize_before: false, quantization_config: null }, {}]
  ])('%j is used', (changes, expected) => expect(engine(changes)).toMatchObject(expected))

  it.each([
    ['activation_function', { activation_function: 'mish' }],
    ['normalize_before', { normalize_before: true }],
    ['add_final_layer_norm', { add_final_layer_norm: true }],
    ['static_position_embeddings', { static_position_embeddings: false }]
  ])('%s that would change the result is refused by name', (field, changes) =>
    expectError(() => plan(changes), 'unsupported', field)
  )

  it.each([
    ['d_model', { d_model: 0 }],
    ['d_model', { d_model: 50 }],
    ['encoder_layers', { encoder_layers: 1.5 }],
    ['decoder_attention_heads', { decoder_attention_heads: '4' }],
    ['encoder_ffn_dim', { encoder_ffn_dim: 1e12 }],
    ['vocab_size', { vocab_size: -1 }],
    ['decoder_vocab_size', { share_encoder_decoder_embeddings: false, decoder_vocab_size: 0 }],
    ['max_position_embeddings', { max_position_embeddings: 2 ** 40 }],
    ['scale_embedding', { scale_embedding: 'yes' }],
    ['tie_word_embeddings', { tie_word_embeddings: 1 }]
  ])('an invalid %s is bad-model', (field, changes) => expectError(() => plan(changes), 'bad-model', field, 'expected'))

  it('parameters have the names of the file', () => {
    const { tensorName } = plan()
    expect(tensorName('embedding.weight')).toBe('model.shared.weight')
    expect(tensorName('encoder.blocks.1.attn.query.weight')).toBe('model.encoder.layers.1.self_attn.q_proj.weight')
    expect(tensorName('encoder.blocks.0.attn_norm.bias')).toBe('model.encoder.layers.0.self_attn_layer_norm.bias')
    expect(tensorName('decoder.blocks.2.cross.output.bias')).toBe('model.decoder.layers.2.encoder_attn.out_proj.bias')
    expect(tensorName('decoder.blocks.2.cross_norm.weight')).toBe(
      'model.decoder.layers.2.encoder_attn_layer_norm.weight'
    )
    expect(tensorName('decoder.blocks.10.feed_forward.up.weight')).toBe('model.decoder.layers.10.fc1.weight')
    expect(tensorName('decoder.blocks.10.feed_forward_norm.weight')).toBe(
      'model.decoder.layers.10.final_layer_norm.weight'
    )
  })

  it('copies of tied tensors and tables of positions are optional in the file', () => {
    const all = ['model.shared.weight', 'lm_head.weight', 'model.encoder.embed_tokens.weight']
    const { tensorName, mayIgnore } = plan({}, new Set(all))
    expect(tensorName('embedding.weight')).toBe('model.shared.weight')
    for (const name of [...all.slice(1), 'model.decoder.embed_positions.weight']) expect(mayIgnore(name)).toBe(true)
    expect(mayIgnore('model.decoder.layers.9.fc1.weight')).toBe(false)
    expect(mayIgnore('final_logits_bias')).toBe(false)
    expect(plan({}, new Set(['lm_head.weight'])).tensorName('embedding.weight')).toBe('lm_head.weight')
  })

  it('without tied tensors, encoder, decoder and output have separate tensors', () => {
    const names = new Set(['lm_head.weight', 'model.encoder.embed_tokens.weight', 'model.decoder.embed_tokens.weight'])
    const { tensorName, mayIgnore } = plan({ tie_word_embeddings: false }, names)
    expect(tensorName('encoder.embedding.weight')).toBe('model.encoder.embed_tokens.weight')
    expect(tensorName('unembedding.weight')).toBe('lm_head.weight')
    expect(mayIgnore('lm_head.weight')).toBe(false)
    expect(engine({ tie_word_embeddings: false }, names)).toMatchObject({ encoderVocabulary: 67, tiedEmbedding: false })
    // If the file has a single embedding, encoder and decoder share it.
    const older = new Set(['lm_head.weight', 'model.shared.weight'])
    expect(engine({ tie_word_embeddings: false }, older)).toMatchObject({ encoderVocabulary: 0, tiedEmbedding: false })
  })

  it('a bias of the logits is a row of its own in the file', () => {
    const { engine, storedLayout } = plan({}, new Set(['final_logits_bias']))
    expect(engine).toMatchObject({ transformer: { logitsBias: true } })
    expect(storedLayout?.('logits_bias', [67])).toEqual({ shape: [1, 67] })
    expect(storedLayout?.('embedding.weight', [67, 48])).toBeUndefined()
  })
})

describe('LSTM configs', () => {
  const shape = {
    vocab_size: 33,
    embedding_size: 10,
    hidden_size: 9,
    attention_size: 11,
    num_layers: 2,
    bidirectional: true,
    max_position_embeddings: 64
  }
  const classifier = { ...shape, pooling: 'additive', id2label: { 0: 'bad', 1: 'good' } }
  const translator = { ...shape, decoder_hidden_size: 13, context: 'attention', encoder_self_attention: false }

  it('a classifier attends in its last layer, by a learned query', () => {
    expect(lstmClassifier.plan(classifier, noTensors)).toMatchObject({
      engine: { recurrent: { kind: 'classifier', layers: 2, width: 9, attentionWidth: 11, labels: 2 } },
      sizes: {
        kind: 'classifier',
        parts: { encoder: { L: 2, N: 1, layers: [1], learnedQuery: true } },
        L: 2,
        H: 11,
        C: 18,
        V: 33,
        context: 64,
        labels: ['bad', 'good']
      }
    })
  })

  it('a translator has cross-attention, and attention within its encoder if configured', () => {
    const { sizes } = lstmSeq2Seq.plan(translator, noTensors)
    expect(sizes.parts).toEqual({
      encoder: { L: 2, N: 0, layers: [] },
      decoder: { L: 1, N: 0, layers: [] },
      cross: { L: 1, N: 1, layers: [0] }
    })
    const other = lstmSeq2Seq.plan({ ...translator, context: 'pooled', encoder_self_attention: 3 }, noTensors)
    expect(other.sizes.parts).toMatchObject({
      encoder: { N: 3, layers: [1] },
      cross: { learnedQuery: true }
    })
    expect(other.engine).toMatchObject({ recurrent: { decoderContext: 'pooled', encoderHeads: 3, decoderWidth: 13 } })
  })

  it.each([
    ['pooling', { ...classifier, pooling: 'mean' }, 'unsupported'],
    ['id2label', { ...classifier, id2label: {} }, 'bad-model'],
    ['id2label', { ...classifier, id2label: { 1: 'x' } }, 'bad-model'],
    ['id2label', { ...classifier, id2label: { 0: 3 } }, 'bad-model'],
    ['num_layers', { ...classifier, num_layers: 0 }, 'bad-model'],
    ['bidirectional', { ...classifier, bidirectional: undefined }, 'bad-model'],
    ['attention_size', { ...classifier, attention_size: 1e9 }, 'bad-model']
  ])('a classifier with another %s is refused', (field, config, code) =>
    expectError(() => lstmClassifier.plan(config, noTensors), code, field)
  )

  it.each([
    ['context', { ...translator, context: 'none' }],
    ['encoder_self_attention', { ...translator, encoder_self_attention: true }],
    ['encoder_self_attention', { ...translator, encoder_self_attention: 4 }],
    ['decoder_hidden_size', { ...translator, decoder_hidden_size: undefined }]
  ])('a translator with an invalid %s is bad-model', (field, config) =>
    expectError(() => lstmSeq2Seq.plan(config, noTensors), 'bad-model', field)
  )
})
