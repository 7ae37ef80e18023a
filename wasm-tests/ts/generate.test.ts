/** Generation: sampling, spans, traces of steps, and every reason to end. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadModel, type GenerationStep, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { expectError } from './support/errors.js'
import { copyOf, storiesFolder, tinyFolder } from './support/folders.js'

const ids = (count: number) => Array.from({ length: count }, (_, i) => (i * 7 + 3) % 60)

const textOf = async (steps: AsyncIterable<GenerationStep>) => {
  let text = ''
  for await (const step of steps) text += step.token.text
  return text
}

describe('generate', () => {
  let model: Model
  beforeAll(async () => {
    model = await loadModel(storiesFolder)
  })
  afterAll(() => model.dispose())

  it('equal seeds give equal texts, another seed another text', async () => {
    const tell = (seed: number) =>
      textOf(model.generate('Once upon a time', { maxNewTokens: 30, temperature: 1, topK: 50, topP: 0.95, seed }))
    expect(await tell(7)).toBe(await tell(7))
    expect(await tell(7)).not.toBe(await tell(8))
    expect(await tell(2 ** 40 + 7)).not.toBe(await tell(7))
  })

  it('spans continue after the prompt; the trace of a step belongs to the prediction of its token', async () => {
    const prompt = 'Tom and Lily'
    let text = prompt
    let S = 0
    for await (const step of model.generate(prompt, { maxNewTokens: 5, capture: ['pattern'] })) {
      expect(step.token.start).toBe(text.length)
      text += step.token.text
      expect(step.token.end).toBe(text.length)
      expect('promptTokens' in step).toBe(step.index === 0)
      const { queries, tokens } = step.trace
      expect(queries).toEqual(
        step.index === 0 ? { first: 0, count: step.promptTokens?.length } : { first: S, count: 1 }
      )
      S += queries.count
      expect(tokens).toHaveLength(S)
      expect(step.trace.get('blocks.0.attn.pattern').shape).toEqual([8, queries.count, S])
      expect(step.logits.shape).toEqual([2048])
      expect(step.logits.data.indexOf(Math.max(...step.logits.data))).toBe(step.token.id)
    }
    const whole = await model.run({ ids: (await model.run(text)).tokens.map(({ id }) => id) }, { logits: 'all' })
    expect(whole.tokens.length).toBe(S + 1)
  })

  it('tensors of an earlier step can be computed after later steps', async () => {
    const steps: GenerationStep[] = []
    for await (const step of model.generate('Tom and', { maxNewTokens: 4, capture: ['pattern'] })) steps.push(step)
    for (const { trace } of steps) {
      expect(await trace.compute('blocks.3.attn.pattern')).toEqual(trace.get('blocks.3.attn.pattern'))
      expect((await trace.rollout()).shape).toEqual([trace.queries.count, trace.tokens.length])
    }
  })

  const reasonOf = async (steps: AsyncGenerator<GenerationStep, { reason: string }>) => {
    const seen: GenerationStep[] = []
    for (;;) {
      const next = await steps.next()
      if (next.done) return { reason: next.value.reason, seen }
      seen.push(next.value)
    }
  }

  it('ends after maxNewTokens, at a stop text, with the end token, or when the context is full', async () => {
    const length = await reasonOf(model.generate('Tom', { maxNewTokens: 3 }))
    expect([length.reason, length.seen.length]).toEqual(['length', 3])
    expect((await reasonOf(model.generate('Tom', { maxNewTokens: 0 }))).seen).toEqual([])

    const stopped = await reasonOf(model.generate('Once upon a time', { maxNewTokens: 60, stop: ['was a', 'never'] }))
    const text = stopped.seen.map(({ token }) => token.text).join('')
    expect(stopped.reason).toBe('stop')
    expect(text.indexOf('was a')).toBeGreaterThan(0)
    expect(text.indexOf('was a') + 'was a'.length).toBeGreaterThan(
      text.length - (stopped.seen.at(-1)?.token.text.length ?? 0)
    )

    const full = await loadModel(tinyFolder)
    const fill = await reasonOf(full.generate({ ids: ids(120) }))
    expect([fill.reason, fill.seen.length]).toEqual(['context', 9])
    await full.dispose()
  })

  it('the end token is the last step, special and without text', async () => {
    // The model's third token becomes its end token.
    const probe = await reasonOf(model.generate('Tom', { maxNewTokens: 3 }))
    const endId = probe.seen[2]?.token.id ?? -1
    const folder = await copyOf(storiesFolder)
    for (const eos of [endId, [1, endId]]) {
      await writeFile(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: eos }))
      const ending = await loadModel(folder)
      const { reason, seen } = await reasonOf(ending.generate('Tom', { maxNewTokens: 50 }))
      expect(reason).toBe('end')
      expect(seen.at(-1)?.token).toMatchObject({ id: endId, text: '', special: true })
      await ending.dispose()
    }
  })

  it('leaving the loop frees the run; an abort ends it; the model stays usable', async () => {
    let left: GenerationStep | undefined
    for await (const step of model.generate('Tom')) {
      left = step
      break
    }
    await expectError(left?.trace.compute('embedding') ?? Promise.resolve(), 'disposed')

    const controller = new AbortController()
    const steps = model.generate('Tom', { signal: controller.signal })
    const first = await steps.next()
    controller.abort()
    await expectError(steps.next(), 'aborted', 'the generation')
    if (!first.done) await expectError(first.value.trace.compute('embedding'), 'disposed')
    expect((await model.run('Tom')).tokens.length).toBeGreaterThan(0)
  })

  it('two generations alternate, and each gives the same as alone', async () => {
    const alone = [
      await textOf(model.generate('Tom', { maxNewTokens: 12 })),
      await textOf(model.generate('Lily', { maxNewTokens: 12 }))
    ]
    const together = await Promise.all([
      textOf(model.generate('Tom', { maxNewTokens: 12 })),
      textOf(model.generate('Lily', { maxNewTokens: 12 }))
    ])
    expect(together).toEqual(alone)
  })

  it('nothing is computed before the first step is requested', async () => {
    const steps = model.generate('Tom')
    await steps.next()
    const { value } = await steps.next()
    expect(value).toMatchObject({ index: 1 })
    await steps.return({ reason: 'length' })
    expect(await steps.next()).toEqual({ done: true, value: undefined })
  })
})
