/** Traces of an encoder–decoder: three parts, recorded during a generation, saved and opened again. */

import { loadModel, openTrace, TraceRecorder, type GenerationStep, type Model, type Part } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { golden } from './support/folders.js'

let model: Model
beforeAll(async () => {
  model = await loadModel(golden('marian-translate'))
})
afterAll(() => model.dispose())

const source = 'Tom is at home.'
const target = '汤姆在家。'

describe('a run with a target', () => {
  it('has the tokens of source and target, and logits of the target', async () => {
    const run = await model.run(source, { target })
    const { targetTokens = [] } = run
    for (const { text, start, end, special } of run.tokens) if (!special) expect(source.slice(start, end)).toBe(text)
    expect(run.tokens.at(-1)).toMatchObject({ id: 0, text: '</s>', special: true, start: source.length })
    expect(targetTokens[0]).toEqual({ id: 2, text: '<pad>', start: 0, end: 0, special: true })
    for (const { text, start, end } of targetTokens.slice(1)) expect(target.slice(start, end)).toBe(text)
    expect(targetTokens.at(-1)?.end).toBe(target.length)
    expect(run.logits.shape).toEqual([targetTokens.length, model.info.V])
    const last = await model.run(source, { target, logits: 'last' })
    expect(last.logits.data).toEqual(run.logits.data.slice(-model.info.V))
    // Ids are used as the decoder's input unchanged.
    const ids = targetTokens.map(({ id }) => id)
    const again = await model.run({ ids: run.tokens.map(({ id }) => id) }, { target: { ids } })
    expect(again.logits).toEqual(run.logits)
    expect(again.targetTokens).toEqual(targetTokens)
  })

  it('has three parts, each with its queries and keys', async () => {
    const { trace, tokens, targetTokens = [] } = await model.run(source, { target, capture: ['pattern'] })
    const [S, T] = [tokens.length, targetTokens.length]
    expect(trace.parts).toEqual(['cross', 'decoder', 'encoder'])
    expect(trace).toMatchObject({ part: 'cross', keyCount: S, layers: [0, 1, 2], headCount: 2 })
    expect(trace.tokens).toEqual(tokens)
    expect(trace.targetTokens).toEqual(targetTokens)
    const sizes: Record<Part, readonly [number, number, number, number]> = {
      cross: [3, 2, T, S],
      decoder: [3, 2, T, T],
      encoder: [2, 4, S, S]
    }
    for (const part of trace.parts) {
      const [L, N, queries, keys] = sizes[part]
      const view = trace.view(part)
      expect(view).toMatchObject({ part, keyCount: keys, headCount: N, queries: { first: 0, count: queries } })
      expect(view.queryTokens).toEqual(part === 'encoder' ? tokens : targetTokens)
      expect(view.tokens).toEqual(part === 'decoder' ? targetTokens : tokens)
      expect(view.layers).toHaveLength(L)
      for (const layer of view.layers) {
        const pattern = trace.pattern(layer, N - 1, { part })
        expect(pattern.shape).toEqual([queries, keys])
        expect(view.pattern(layer, N - 1)).toEqual(pattern)
        for (let query = 0; query < queries; ++query) {
          const row = trace.row(layer, N - 1, query, { part })
          expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
          if (part === 'decoder') expect(row.subarray(query + 1).every((weight) => weight === 0)).toBe(true)
        }
      }
      const rollout = await trace.rollout({ part })
      expect(rollout.shape).toEqual([queries, keys])
      for (let query = 0; query < queries; ++query) {
        const row = rollout.data.subarray(query * keys, (query + 1) * keys)
        expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4)
      }
      const heads = await trace.heads({ part })
      expect(heads.map(({ layer, head }) => [layer, head])).toEqual(
        view.layers.flatMap((layer) => Array.from({ length: N }, (_, head) => [layer, head]))
      )
      for (const { layer, head, entropy } of heads) {
        const { data } = view.pattern(layer, head)
        const bits = data.reduce((sum, weight) => sum + (weight > 0 ? weight * Math.log2(weight) : 0), 0)
        expect(entropy).toBeCloseTo(-bits / queries, 3)
      }
    }
  })

  it('captured and computed numbers are equal, also for single heads', async () => {
    const { trace } = await model.run(source, { target, capture: ['pattern', 'q', 'k', 'decoder.*.*.cross.v'] })
    for (const name of trace.names().filter((known) => trace.has(known))) {
      expect(await trace.compute(name), name).toEqual(trace.get(name))
    }
    expect(await trace.compute('decoder.blocks.1.cross.pattern', { head: 1 })).toEqual(trace.pattern(1, 1))
    expect(await trace.compute('encoder.blocks.1.attn.pattern', { head: 3 })).toEqual(
      trace.pattern(1, 3, { part: 'encoder' })
    )
  })

  it('edits change the part that they name', async () => {
    const plain = await model.run(source, { target, capture: ['pattern'] })
    for (const [part, at, head] of [
      ['cross', 'decoder.blocks.0.cross.pattern', 1],
      ['decoder', 'decoder.blocks.0.attn.pattern', 0],
      ['encoder', 'encoder.blocks.0.attn.pattern', 3]
    ] as const) {
      const edited = await model.run(source, { target, capture: ['pattern'], edits: [{ at, head, op: 'zero' }] })
      expect(edited.trace.pattern(0, head, { part }).data.every((weight) => weight === 0)).toBe(true)
      expect(edited.trace.pattern(0, 1 - (head % 2), { part })).toEqual(
        plain.trace.pattern(0, 1 - (head % 2), { part })
      )
      expect(edited.logits.data).not.toEqual(plain.logits.data)
    }
    const edit = { at: 'decoder.blocks.0.cross.pattern', head: 2, op: 'zero' } as const
    await expectError(model.run(source, { target, edits: [edit] }), 'option', 'head', '1')
  })

  it('an invalid target is refused', async () => {
    await expectError(model.run(source), 'option', 'target')
    await expectError(model.run(source, { target: { ids: [] } }), 'option', 'target', 'no tokens')
    await expectError(model.run(source, { target: { ids: [2, 349] } }), 'option', 'target.ids[1]', '348')
    await expectError(model.run(source, { target: { ids: [-1] } }), 'option', 'target.ids[0]')
    await expectError(model.run(source, { target: 7 as never }), 'option', 'target')
    const long = { ids: Array.from({ length: 65 }, () => 2) }
    await expectError(model.run(source, { target: long }), 'too-long', 'target', '64')
    await expectError(model.run({ ids: [] }, { target }), 'option', 'input')
    await expectError(model.run(source, { target, capture: ['blocks.0.attn.pattern'] }), 'option', 'blocks.0')
    const { trace } = await model.run(source, { target, capture: ['pattern'] })
    await expectError(() => trace.pattern(2, 0, { part: 'encoder' }), 'option', 'layer')
    await expectError(() => trace.pattern(0, 2, { part: 'cross' }), 'option', 'head')
    await expectError(() => trace.view('middle' as never), 'option', 'middle', '"cross"')
    await expectError(trace.heads({ part: 'middle' as never }), 'option', 'middle')
  })
})

describe('a generation', () => {
  const generate = async (capture: readonly string[] = ['pattern']) => {
    const steps: GenerationStep[] = []
    for await (const step of model.generate(source, { maxNewTokens: 7, capture })) steps.push(step)
    return steps
  }

  it('generates the target token by token; each step has the cross pattern of the prediction of its token', async () => {
    const steps = await generate()
    const [first] = steps
    expect(first?.promptTokens?.map(({ text }) => text).join('')).toBe('Tom is at home.</s>')
    let text = ''
    for (const { token, trace, index } of steps) {
      expect(token.start).toBe(text.length)
      text += token.text
      expect(token.end).toBe(text.length)
      expect(trace.queries).toEqual({ first: index, count: 1 })
      expect(trace.targetTokens).toHaveLength(index + 1)
      expect(trace.row(2, 1, index)).toHaveLength(trace.tokens.length)
      expect(trace.row(2, 1, index, { part: 'decoder' })).toHaveLength(index + 1)
      // The encoder is computed once, and every step shows it.
      expect(trace.pattern(1, 0, { part: 'encoder' })).toEqual(first?.trace.pattern(1, 0, { part: 'encoder' }))
    }
    const found = await model.translate(source, { numBeams: 1, maxLength: 8 })
    expect(text.startsWith(found.text.slice(0, 3))).toBe(true)
  })

  it.each(['cross', 'decoder', 'encoder'] as const)(
    'its recorded %s part equals that of one run over all tokens',
    async (part) => {
      const recorder = new TraceRecorder(model.info, { part })
      const steps = await generate()
      for (const step of steps) recorder.add(step)
      const ids = [2, ...steps.slice(0, -1).map(({ token }) => token.id)]
      const { trace } = await model.run(source, { target: { ids }, capture: ['pattern'] })
      const whole = trace.view(part)
      expect(recorder.queries).toEqual(whole.queries)
      expect(recorder.keyCount).toBe(whole.keyCount)
      for (const layer of recorder.layers) {
        const { data, shape } = recorder.pattern(layer, 1)
        expect(shape).toEqual(whole.pattern(layer, 1).shape)
        data.forEach((weight, i) => expect(weight).toBeCloseTo(whole.pattern(layer, 1).data[i] ?? NaN, 5))
      }
      // A part that grows ends with the token just sampled.
      const grown = part === 'encoder' ? [] : [steps.at(-1)?.token]
      expect(recorder.queryTokens.slice(whole.queryTokens.length)).toEqual(grown)
    }
  )
})

describe('save and openTrace', () => {
  it('a saved trace has source and target, every part, rollout and heads', async () => {
    const { trace } = await model.run(source, { target, capture: ['pattern', 'encoder.embedding'] })
    const opened = await openTrace(await trace.save())
    expect(opened.tokens).toEqual(trace.tokens)
    expect(opened.targetTokens).toEqual(trace.targetTokens)
    expect(opened.info).toEqual(model.info)
    for (const name of opened.names()) expect(opened.get(name)).toEqual(trace.get(name))
    for (const part of trace.parts) {
      expect(opened.pattern(1, 1, { part })).toEqual(trace.pattern(1, 1, { part }))
      expect(await opened.rollout({ part })).toEqual(await trace.rollout({ part }))
      expect((await opened.heads({ part })).map(({ picture }) => picture)).toEqual(
        (await trace.heads({ part })).map(({ picture }) => picture)
      )
    }
  })

  it('a step, a translation and a disposed run can be saved, too', async () => {
    for await (const step of model.generate(source, { maxNewTokens: 2, capture: ['pattern'] })) {
      const opened = await openTrace(await step.trace.save())
      expect(opened.queries).toEqual(step.trace.queries)
      for (const part of opened.parts)
        expect(opened.pattern(0, 1, { part })).toEqual(step.trace.pattern(0, 1, { part }))
    }
    const { trace } = await model.translate(source, {
      numBeams: 2,
      noRepeatNgramSize: 2,
      capture: ['cross.pattern'].map((kind) => `decoder.blocks.*.${kind}`)
    })
    expect((await openTrace(await trace.save())).pattern(2, 0)).toEqual(trace.pattern(2, 0))
    const run = await model.run(source, { target, capture: ['pattern'] })
    const rollout = await run.trace.rollout({ part: 'cross' })
    await run.dispose()
    const afterwards = await openTrace(await run.trace.save())
    expect(afterwards.pattern(0, 0, { part: 'encoder' })).toEqual(run.trace.pattern(0, 0, { part: 'encoder' }))
    // Patterns of all parts suffice for the rollout from the source; those of the cross-attention alone do not.
    const again = await afterwards.rollout({ part: 'cross' })
    expect(again.shape).toEqual(rollout.shape)
    again.data.forEach((weight, i) => expect(weight).toBeCloseTo(rollout.data[i] ?? NaN, 5))
    const cross = await model.run(source, { target, capture: ['decoder.blocks.*.cross.pattern'] })
    await cross.dispose()
    const crossOnly = await openTrace(await cross.trace.save())
    await expectError(crossOnly.rollout({ part: 'cross' }), 'not-captured', 'rollout')
  })

  it('a file with inconsistent sizes or parts is refused', async () => {
    const { trace } = await model.run(source, { target, capture: ['pattern'] })
    const bytes = Buffer.from(await (await trace.save()).arrayBuffer())
    const text = (from: string, to: string) => {
      expect(to).toHaveLength(from.length)
      const file = Buffer.from(bytes)
      const at = file.indexOf(from)
      expect(at, from).toBeGreaterThan(0)
      file.write(to, at)
      return openTrace(new Blob([file]))
    }
    await expectError(text('"targetTokens"', '"targetTokems"'), 'bad-model', 'targetTokens')
    await expectError(text('encoder-decoder', 'encoderXdecoder'), 'bad-model')
    await expectError(text('\\"N\\":4', '\\"N\\":5'), 'bad-model', 'shape')
    await expectError(text('\\"layers\\":[0,1]', '\\"layerz\\":[0,1]'), 'bad-model', 'info')
  })
})
