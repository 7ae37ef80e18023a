/** The fields of config.json are used, or refused by name. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectModel, loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { familyOf } from '../../web/lib/families/index.js'
import { llama } from '../../web/lib/families/llama.js'
import { expectError } from './support/errors.js'
import { copyOf, golden, tinyFolder, tinyWith } from './support/folders.js'

const minimal = {
  model_type: 'llama',
  hidden_size: 48,
  intermediate_size: 100,
  num_hidden_layers: 3,
  num_attention_heads: 6,
  vocab_size: 67
}
const withHead = new Set(['lm_head.weight'])
const engineConfig = (changes: object, names: ReadonlySet<string> = withHead) => {
  const { engine } = llama.plan({ ...minimal, ...changes }, names)
  if (!('transformer' in engine)) throw new Error('a Llama is a Transformer')
  return engine.transformer
}

describe('Llama configs', () => {
  it('defaults equal those of transformers', () => {
    expect(engineConfig({})).toEqual({
      layers: 3,
      heads: 6,
      keyValueHeads: 6,
      headWidth: 8,
      width: 48,
      feedForwardWidth: 100,
      vocabulary: 67,
      context: 2048,
      normEpsilon: 1e-6,
      position: 'rotary',
      rotaryBase: 10_000,
      activation: 'silu',
      attentionBias: false,
      outputBias: false,
      feedForwardBias: false,
      head: {},
      tiedEmbedding: false,
      logitsBias: false
    })
  })

  it('an output head that the config does not tie must be in the file', () => {
    expect(engineConfig({ tie_word_embeddings: false }, new Set()).tiedEmbedding).toBe(false)
    expect(engineConfig({}, new Set()).tiedEmbedding).toBe(true)
  })

  it.each([
    [{ head_dim: 12 }, { headWidth: 12 }],
    [{ head_dim: null }, { headWidth: 8 }],
    [{ num_key_value_heads: 2 }, { keyValueHeads: 2 }],
    [{ attention_bias: true }, { attentionBias: true, outputBias: true }],
    [{ mlp_bias: true }, { feedForwardBias: true }],
    [{ rope_theta: 5e5 }, { rotaryBase: 5e5 }],
    [{ rope_parameters: { rope_theta: 5e5, rope_type: 'default' } }, { rotaryBase: 5e5 }],
    [{ rope_parameters: { rope_theta: 5e5 }, rope_theta: 1e4 }, { rotaryBase: 5e5 }],
    [{ rope_scaling: { rope_type: 'default' } }, { rotaryBase: 1e4 }],
    [{ rope_scaling: null, sliding_window: null, quantization_config: null }, {}],
    [{ tie_word_embeddings: true }, { tiedEmbedding: true }],
    [{ rms_norm_eps: 1e-5 }, { normEpsilon: 1e-5 }],
    [{ hidden_act: 'silu' }, { activation: 'silu' }],
    [{ hidden_act: 'gelu_pytorch_tanh' }, { activation: 'gelu-tanh' }],
    [{ partial_rotary_factor: 0.5 }, { rotaryWidth: 4 }],
    [{ rope_parameters: { partial_rotary_factor: 0.25 } }, { rotaryWidth: 2 }],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, { rotaryScaling: { kind: 'linear', factor: 2 } }],
    [
      { rope_scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 512 } },
      { rotaryScaling: { kind: 'yarn', factor: 4, originalLength: 512, betaFast: 32, betaSlow: 1, truncate: true } }
    ],
    // Beyond the length of the training texts, dynamic scaling would depend on the length of the text.
    [{ rope_scaling: { type: 'dynamic', factor: 2, original_max_position_embeddings: 512 } }, { context: 512 }]
  ])('%j is used', (changes, expected) => {
    expect(engineConfig(changes)).toMatchObject(expected)
  })

  it.each([
    ['hidden_act', { hidden_act: 'quick_gelu' }],
    ['rope_scaling.rope_type', { rope_scaling: { rope_type: 'longrope', factor: 8 } }],
    ['rope_scaling.type', { rope_scaling: { type: 'su', factor: 2 } }],
    ['rope_parameters.rope_type', { rope_parameters: { rope_type: 'proportional', rope_theta: 1e4 } }],
    ['pretraining_tp', { pretraining_tp: 2 }],
    ['sliding_window', { sliding_window: 4096 }]
  ])('%s that would change the result is refused by name', async (field, changes) => {
    await expectError(() => engineConfig(changes), 'unsupported', field)
  })

  it.each([
    ['hidden_size', { hidden_size: 0 }],
    ['hidden_size', { hidden_size: '48' }],
    ['hidden_size', { hidden_size: 1e9 }],
    ['hidden_size', { hidden_size: 50 }],
    ['num_hidden_layers', { num_hidden_layers: -1 }],
    ['num_hidden_layers', { num_hidden_layers: 1.5 }],
    ['num_attention_heads', { num_attention_heads: undefined }],
    ['num_key_value_heads', { num_key_value_heads: 4 }],
    ['head_dim', { head_dim: 7 }],
    ['vocab_size', { vocab_size: 2 ** 40 }],
    ['rms_norm_eps', { rms_norm_eps: 0 }],
    ['rope_theta', { rope_theta: -1 }],
    ['rope_scaling.factor', { rope_scaling: { type: 'linear' } }],
    ['rope_scaling.original_max_position_embeddings', { rope_scaling: { rope_type: 'llama3', factor: 8 } }],
    ['partial_rotary_factor', { partial_rotary_factor: 2 }],
    ['rope_parameters', { rope_parameters: 3 }],
    ['attention_bias', { attention_bias: 'yes' }],
    ['max_position_embeddings', { max_position_embeddings: 0 }]
  ])('an invalid %s is bad-model', async (field, changes) => {
    await expectError(() => engineConfig(changes), 'bad-model', 'config.json', field, 'expected')
  })

  it('other families are refused by name, with a list of the supported ones', async () => {
    await expectError(() => familyOf({ model_type: 'mamba' }), 'unsupported', "'mamba'", 'llama')
    await expectError(() => familyOf({}), 'bad-model', 'model_type')
    await expectError(() => familyOf({ model_type: 'constructor' }), 'unsupported')
  })
})

describe('folders', () => {
  it('a tensor of the wrong shape gives an error with both shapes', async () => {
    await expectError(
      loadModel(await tinyWith({ intermediate_size: 99 })),
      'bad-model',
      'mlp.down_proj',
      '[48, 100]',
      '[48, 99]'
    )
  })

  it('a missing tensor gives an error with its name in the file', async () => {
    await expectError(loadModel(await tinyWith({ num_hidden_layers: 4 })), 'bad-model', 'model.layers.3.')
    await expectError(loadModel(await tinyWith({ mlp_bias: true })), 'bad-model', '.bias')
  })

  it('a layer beyond the config’s number is refused, not ignored', async () => {
    await expectError(loadModel(await tinyWith({ num_hidden_layers: 2 })), 'unsupported', 'model.layers.2.')
  })

  it('a missing config.json gives an error with its name', async () => {
    await expectError(loadModel(golden('stories260K')), 'bad-model', 'config.json')
    await expectError(inspectModel(golden('stories260K')), 'bad-model', 'config.json')
  })

  it('a config.json that is not JSON is bad-model', async () => {
    const folder = await copyOf(tinyFolder)
    await writeFile(join(folder, 'config.json'), '<!doctype html>')
    await expectError(loadModel(folder), 'bad-model', 'config.json', 'HTML')
  })

  it('inspectModel counts the parameters that the engine counts', async () => {
    for (const name of ['llama-tiny', 'llama-tiny-tied-bf16', 'llama-tiny-f16']) {
      const inspection = await inspectModel(golden(name))
      const model = await loadModel(golden(name))
      expect(inspection.info).toMatchObject({ parameters: model.info.parameters, L: model.info.L, V: model.info.V })
      await model.dispose()
    }
    const inspection = await inspectModel(tinyFolder)
    const config: unknown = JSON.parse(await readFile(join(tinyFolder, 'config.json'), 'utf8'))
    expect(inspection.config).toEqual(config)
    expect(inspection.tensors).toContainEqual({
      name: 'model.norm.weight',
      dtype: 'F32',
      shape: [48],
      file: 'model.safetensors'
    })
  })
})
