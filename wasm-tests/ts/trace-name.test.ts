/** Traced names: taken apart and put together in one place, for every name that any model has. */

import { readdirSync } from 'node:fs'
import { loadModel, parseTraceName, traceName, type TraceName } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { golden } from './support/folders.js'

const models = [
  ...readdirSync(golden('families')).map((name) => golden(`families/${name}`)),
  ...['lstm-classifier', 'lstm-seq2seq', 'lstm-seq2seq-pooled', 'lstm-seq2seq-self', 'llama-tiny'].map(golden)
]

describe('parseTraceName', () => {
  it.each<[string, TraceName]>([
    ['blocks.0.attn.pattern', { layer: 0, site: 'attn', stage: 'pattern' }],
    ['encoder.blocks.1.attn.q', { part: 'encoder', layer: 1, site: 'attn', stage: 'q' }],
    ['decoder.blocks.0.cross.pattern', { part: 'cross', layer: 0, site: 'cross', stage: 'pattern' }],
    ['decoder.blocks.12.feed_forward.output', { part: 'decoder', layer: 12, site: 'feed_forward', stage: 'output' }],
    ['blocks.2.residual', { layer: 2, site: 'residual' }],
    ['blocks.2.lens', { layer: 2, site: 'lens' }],
    ['encoder.blocks.0.hidden', { part: 'encoder', layer: 0, site: 'hidden' }],
    ['encoder.embedding', { part: 'encoder', site: 'embedding' }],
    ['final_norm', { site: 'final_norm' }],
    ['decoder.positions', { part: 'decoder', site: 'positions' }],
    // What edits and captures write.
    ['blocks.2.attn', { layer: 2, site: 'attn' }],
    ['blocks.*.attn', { layer: '*', site: 'attn' }],
    ['decoder.blocks.*.cross.*', { part: 'cross', layer: '*', site: 'cross', stage: '*' }]
  ])('%s', (name, parts) => {
    expect(parseTraceName(name)).toEqual(parts)
    expect(traceName(parts)).toBe(name)
  })

  it.each([
    ...['', '.', 'pattern', 'blocks', 'blocks.0', 'blocks.0.', 'blocks..attn', 'blocks.01.attn', 'blocks.-1.attn'],
    ...['blocks.1e3.attn', 'blocks.0.attn.weights', 'blocks.0.attn.pattern.0', 'blocks.0.feed_forward', 'attn.pattern'],
    ...[
      'blocks.0.embedding',
      'embedding.q',
      'encoder',
      'encoder.blocks.0.cross.q',
      'blocks.0.cross.q',
      'blocks.0.residual.x'
    ],
    ...['blocks.0.toString', 'blocks.0.constructor', 'vision.blocks.0.attn', 'blocks.99999999999999999999.attn']
  ])('%j is no traced name', (name) => {
    expect(parseTraceName(name)).toBeUndefined()
  })

  it('takes every name of every kind of model apart, and traceName puts it together again', async () => {
    let count = 0
    for (const folder of models) {
      const model = await loadModel(folder)
      const run = await model.run(
        { ids: [1, 2] },
        model.info.kind === 'encoder-decoder' ? { target: { ids: [1, 2] } } : {}
      )
      for (const name of run.trace.names()) {
        const parts = parseTraceName(name)
        expect(parts, `${name} of ${folder}`).toBeDefined()
        expect(parts && traceName(parts)).toBe(name)
        count += 1
      }
      await model.dispose()
    }
    expect(count).toBeGreaterThan(models.length * 10)
  })
})

describe('traceName', () => {
  it('makes a cross-attention of the part cross', () => {
    expect(traceName({ part: 'cross', layer: 1, site: 'attn', stage: 'k' })).toBe('decoder.blocks.1.cross.k')
  })

  it('refuses parts that make no name, and says what there is', async () => {
    await expectError(() => traceName({ layer: -1, site: 'attn' }), 'option', 'layer -1')
    await expectError(() => traceName({ layer: 0.5, site: 'attn' }), 'option', '0.5')
    await expectError(() => traceName({ site: 'attn', stage: 'q' }), 'option', '"attn"')
    await expectError(() => traceName({ layer: 0, site: 'embedding' }), 'option', 'embedding')
    await expectError(() => traceName({ part: 'encoder', layer: 0, site: 'cross' }), 'option', 'cross')
    await expectError(() => traceName({ layer: 0, site: 'attn', stage: 'weights' as 'q' }), 'option', 'weights', 'attn')
  })
})
