// The engine's objects by its tables of fields: unknown fields and wrong names are refused, with the field's name.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../web/lib/engine/engine.js'
import { instantiationFromDisk } from '../../web/lib/engine/node-instantiation.js'
import type { EngineEdit, TransformerConfig } from '../../web/lib/types/engine.js'
import { expectError } from './support/errors.js'
import { root } from './support/folders.js'

const config: TransformerConfig = {
  layers: 1,
  heads: 2,
  keyValueHeads: 2,
  headWidth: 4,
  feedForwardWidth: 8,
  width: 8,
  vocabulary: 11,
  context: 16,
  normEpsilon: 1e-5,
  rotaryBase: 10000
}

async function makeEngine(variant: 'base' | 'relaxed') {
  const file = join(root, `dist/attenscope-${variant}`)
  const { default: create } = (await import(
    `${file}.mjs`
  )) as typeof import('../../web/lib/generated/attenscope-module.js')
  return new Engine(await create(await instantiationFromDisk(pathToFileURL(`${file}.wasm`))), variant)
}

describe.each(['base', 'relaxed'] as const)('the %s engine', async (variant) => {
  const engine = await makeEngine(variant)
  const transformer = (more: object) => () => engine.createModel({ transformer: { ...config, ...more } })

  it('takes a config with the required fields only, and fields that are undefined', () => {
    expect(transformer({})().parameters()).toBeGreaterThan(0)
    expect(transformer({ unheardOf: undefined })().parameters()).toBeGreaterThan(0)
  })

  it.each([
    ['an unknown field', { tiedEmbeddings: true }, "config has the field 'tiedEmbeddings'"],
    ['an unknown field of the head', { head: { widht: 3 } }, "config: head has the field 'widht'"],
    ['an unknown field of the encoder', { encoder: { layer: 3 } }, "config: encoder has the field 'layer'"],
    ['an unknown activation', { activation: 'swish' }, "config: activation is 'swish', expected 'silu', 'relu'"],
    ['a scaling that no checkpoint has', { rotaryScaling: { kind: 'ntk', factor: 2 } }, "'linear', 'llama3' or 'yarn'"]
  ])('refuses %s of a Transformer', (_, more, message) => expectError(transformer(more), 'bad-model', message))

  it('refuses an unknown field of a recurrent config', () =>
    expectError(
      () => engine.createModel({ recurrent: { kind: 'classifier', label: 2 } as never }),
      'bad-model',
      'label'
    ))

  it.each([
    ['an unknown field', { heads: 1 }, "edit has the field 'heads'"],
    ['an unknown field of a setting', { setting: { window: 1 } }, "edit: setting has the field 'window'"],
    [
      'an unknown normaliser',
      { setting: { normalizer: 'max' } },
      "edit: setting: normalizer is 'max', expected 'softmax'"
    ],
    ['an unknown encoding of positions', { position: { kind: 't5' } }, "edit: position: kind is 't5', expected 'none'"]
  ])('refuses %s of an edit', (_, more, message) => {
    const run = transformer({})().createRun(4, 0)
    const edit = { at: 'blocks.0.attn', op: 'configure', ...more } as unknown as EngineEdit
    return expectError(() => run.setEdits([edit]), 'option', message)
  })

  it('refuses an unknown field of tokens', () => {
    const run = transformer({})().createRun(4, 0)
    return expectError(() => run.append({ ids: [1], typeId: [0] } as never, 'last'), 'option', "'typeId'")
  })
})

it('every field of the C++ config is in the table of fields', () => {
  const names = (file: string, pattern: RegExp) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].map((match) => match[1]!)
  // Members of StackConfig, HeadConfig and Config: a type, a name, a default.
  const members = names('src/transformer/config.h', /^ {2}[\w:<>]+(?: [\w:]+)* (\w+)(?: =|;|\{|\s*$)/gm)
  const fields = names('src/bindings/config_fields.h', /&\w::(\w+)/g)
  expect(members.length).toBeGreaterThan(40)
  expect([...new Set(members)].filter((member) => !fields.includes(member))).toEqual([])
})
