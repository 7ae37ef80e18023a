/** The names of traced tensors, put together and taken apart, over every model that the tests have. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  attentionStages,
  loadModel,
  parseTraceName,
  partOfName,
  traceName,
  traceSiteOf,
  traceSites,
  type ModelInfo,
  type TraceName
} from 'attenscope'
import { describe, expect, it } from 'vitest'

import { golden, root } from './support/folders.js'

const folders = [
  ...readdirSync(golden('families')).map((name) => golden(join('families', name))),
  ...readdirSync(join(root, 'models')).map((name) => join(root, 'models', name)),
  golden('llama-tiny')
]

const examples: readonly (readonly [string, TraceName])[] = [
  ['blocks.0.attn.pattern', { layer: 0, site: 'attn', stage: 'pattern' }],
  ['encoder.blocks.1.attn.q', { part: 'encoder', layer: 1, site: 'attn', stage: 'q' }],
  ['decoder.blocks.0.cross.pattern', { part: 'decoder', layer: 0, site: 'cross', stage: 'pattern' }],
  ['encoder.embedding', { part: 'encoder', site: 'embedding' }],
  ['embedding', { site: 'embedding' }],
  ['final_norm', { site: 'final_norm' }],
  ['positions', { site: 'positions' }],
  ['blocks.2.attn', { layer: 2, site: 'attn' }],
  ['blocks.2.residual', { layer: 2, site: 'residual' }],
  ['blocks.12.feed_forward.output', { layer: 12, site: 'feed_forward', stage: 'output' }],
  ['blocks.2.lens', { layer: 2, site: 'lens' }],
  ['decoder.blocks.0.hidden', { part: 'decoder', layer: 0, site: 'hidden' }],
  ['blocks.*.attn', { layer: '*', site: 'attn' }],
  ['blocks.1*.attn.*', { layer: '1*', site: 'attn', stage: '*' }],
  ['*.blocks.*.cross.pattern', { part: '*', layer: '*', site: 'cross', stage: 'pattern' }],
  ['*.embedding', { part: '*', site: 'embedding' }],
  ['blocks.0.*.output', { layer: 0, site: '*', stage: 'output' }]
]

describe('a traced name', () => {
  it.each(examples)('%s has its fields, and they make the name', (name, fields) => {
    expect(parseTraceName(name)).toEqual(fields)
    expect(traceName(fields)).toBe(name)
  })

  it.each(folders)('of the model in %s comes back from its fields', async (folder) => {
    const model = await loadModel(folder)
    try {
      const [decoder] = model.info.kind === 'encoder-decoder' ? [{ target: { ids: [0] } }] : [{}]
      const { trace } = await model.run({ ids: [1] }, { logits: 'none', ...decoder })
      const names = trace.names()
      expect(names.length).toBeGreaterThan(0)
      fc.assert(
        fc.property(fc.constantFrom(...names), (name) => {
          const fields = parseTraceName(name)
          expect(fields, name).toBeDefined()
          expect(traceName(fields!)).toBe(name)
          expect(Object.values(fields!)).not.toContain(undefined)
          expect(model.info.parts[partOfName(model.info, name)], name).toBeDefined()
        }),
        { numRuns: 4 * names.length }
      )
      // Random choices may leave one out.
      for (const name of names) expect(traceName(parseTraceName(name)!)).toBe(name)
    } finally {
      await model.dispose()
    }
  })

  it('comes back from any fields that go together', () => {
    const layer = fc.oneof(fc.nat(), fc.constantFrom('*' as const, '2*' as const))
    const part = fc.option(fc.constantFrom('encoder' as const, 'decoder' as const, '*' as const), { nil: undefined })
    const site = fc.constantFrom(...traceSites)
    const stage = fc.option(fc.constantFrom(...attentionStages, '*' as const), { nil: undefined })
    const fields = fc.record({ part, layer: fc.option(layer, { nil: undefined }), site, stage })
    let made = 0
    fc.assert(
      fc.property(fields, (given) => {
        const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
        try {
          expect(parseTraceName(traceName(known as unknown as TraceName))).toEqual(known)
          ++made
        } catch (error) {
          expect(error).toMatchObject({ code: 'option' })
        }
      }),
      { numRuns: 2000 }
    )
    expect(made).toBeGreaterThan(200)
  })

  it.each([
    ...['', '.', '*', 'pattern', 'blocks', 'blocks.0', 'blocks.0.weights', 'blocks.01.attn', 'blocks.-1.attn.q'],
    ...['blocks.0.attn.weights', 'blocks.0.attn.q.0', 'blocks.0.residual.q', 'blocks.0.feed_forward', 'blocks..attn'],
    ...['blocks.0.cross.pattern', 'encoder.blocks.0.cross', 'encoder', 'encoder.decoder.embedding', 'embedding.weight'],
    ...['blocks.0.toString', 'blocks.0.attn.', ' blocks.0.attn', 'decoder.blocks.0.feed_forward.q', 'rollout.encoder']
  ])('is not %j', (name) => expect(parseTraceName(name)).toBeUndefined())

  it('is refused where its fields do not go together, by their names', () => {
    expect(() => traceName({ layer: 1, site: 'residual', stage: 'q' })).toThrow(
      'no traced tensor has layer 1, site "residual", stage "q"'
    )
    expect(() => traceName({ site: 'attn' })).toThrow(expect.objectContaining({ code: 'option' }))
  })
})

describe('the part of a name', () => {
  const infoOf = (kind: ModelInfo['kind'], ...parts: readonly ('decoder' | 'encoder' | 'cross')[]) => ({
    kind,
    parts: Object.fromEntries(parts.map((part) => [part, { L: 1, N: 1, layers: [0] }]))
  })

  it.each([
    ['blocks.*.attn', infoOf('classifier', 'encoder'), 'encoder'],
    ['blocks.0.attn.pattern', infoOf('encoder', 'encoder'), 'encoder'],
    ['blocks.*.attn', infoOf('decoder', 'decoder'), 'decoder'],
    ['decoder.blocks.*.cross', infoOf('encoder-decoder', 'encoder', 'decoder', 'cross'), 'cross'],
    ['decoder.blocks.0.cross.q', infoOf('encoder-decoder', 'encoder', 'decoder', 'cross'), 'cross'],
    ['decoder.embedding', infoOf('encoder-decoder', 'encoder', 'decoder', 'cross'), 'decoder'],
    ['encoder.blocks.*.attn', infoOf('encoder-decoder', 'encoder', 'decoder', 'cross'), 'encoder']
  ] as const)('%s', (name, info, part) => expect(partOfName(info, name)).toBe(part))

  it('gives the fields of its names', () => {
    const { kind } = infoOf('encoder-decoder')
    expect(traceName({ ...traceSiteOf({ kind }, 'cross'), layer: 0, stage: 'q' })).toBe('decoder.blocks.0.cross.q')
    expect(traceName({ ...traceSiteOf({ kind }, 'encoder'), layer: 0 })).toBe('encoder.blocks.0.attn')
    expect(traceName({ ...traceSiteOf({ kind: 'classifier' }, 'encoder'), layer: '*' })).toBe('blocks.*.attn')
  })
})
