/** Stored traces: recorded during a generation, saved to a file and opened again. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AttenscopeError, loadModel, openTrace, TraceRecorder, type GenerationStep, type Model } from 'attenscope'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { errorOf, expectError } from './support/errors.js'
import { tinyFolder } from './support/folders.js'

let model: Model
beforeAll(async () => {
  model = await loadModel(tinyFolder)
})
afterAll(() => model.dispose())

const prompt = { ids: [5, 9, 2, 40] }

async function generated(capture: readonly string[]): Promise<GenerationStep[]> {
  const steps: GenerationStep[] = []
  for await (const step of model.generate(prompt, { maxNewTokens: 6, capture })) steps.push(step)
  return steps
}

describe('TraceRecorder', () => {
  it('has the same pattern as one run over the whole sequence', async () => {
    const recorder = new TraceRecorder(model.info)
    expect(recorder.queries).toEqual({ first: 0, count: 0 })
    for (const step of await generated(['pattern'])) recorder.add(step)
    expect(recorder.tokens).toHaveLength(4 + 6)
    expect(recorder.queries).toEqual({ first: 0, count: 9 })
    expect([recorder.layers.length, recorder.headCount]).toEqual([model.info.L, model.info.N])

    const ids = recorder.tokens.slice(0, 9).map(({ id }) => id)
    const { trace } = await model.run({ ids }, { capture: ['pattern'] })
    for (let layer = 0; layer < model.info.L; ++layer) {
      const recorded = recorder.pattern(layer, 1)
      expect(recorded.shape).toEqual([9, 9])
      const whole = trace.pattern(layer, 1).data
      recorded.data.forEach((weight, i) => expect(weight).toBeCloseTo(whole[i] ?? NaN, 5))
    }
  })

  it('rows are as long as the sequence at their step, and are not copied', async () => {
    const steps = await generated(['pattern'])
    const recorder = new TraceRecorder(model.info)
    for (const step of steps) recorder.add(step)
    expect(recorder.row(0, 0, 0)).toHaveLength(4)
    expect(recorder.row(0, 0, 3)).toHaveLength(4)
    expect(recorder.row(0, 0, 6)).toHaveLength(7)
    expect(recorder.row(2, 5, 6).buffer).toBe(steps[3]?.trace.get('blocks.2.attn.pattern').data.buffer)
  })

  it('refuses steps without patterns, steps out of order, and queries that do not exist yet', async () => {
    const [first, second] = await generated(['pattern'])
    const [bare] = await generated([])
    if (!first || !second || !bare) throw new Error('there are fewer than six steps')
    const recorder = new TraceRecorder(model.info)
    await expectError(() => recorder.row(0, 0, 0), 'option')
    await expectError(() => recorder.add(bare), 'not-captured', 'capture')
    await expectError(() => recorder.add(second), 'option', 'in order')
    recorder.add(first)
    await expectError(() => recorder.add(first), 'option', 'in order')
    await expectError(() => recorder.row(0, 0, 4), 'option', 'query')
    await expectError(() => recorder.pattern(3, 0), 'option', 'layer')
    await expectError(() => recorder.pattern(0, 6), 'option', 'head')
  })
})

describe('save and openTrace', () => {
  const edits = [{ at: 'blocks.1.attn.pattern', head: 2, op: 'scale', value: 0.5 }] as const
  const saved = async () => {
    const { trace } = await model.run(prompt, { capture: ['pattern', 'embedding'], edits })
    return { trace, blob: await trace.save() }
  }

  it('a saved trace has the same numbers, tokens, model and edits', async () => {
    const { trace, blob } = await saved()
    const opened = await openTrace(blob)
    expect([...opened.names()].sort()).toEqual(
      trace
        .names()
        .filter((name) => trace.has(name))
        .sort()
    )
    for (const name of opened.names()) expect(opened.get(name)).toEqual(trace.get(name))
    expect(opened.tokens).toEqual(trace.tokens)
    expect(opened.info).toEqual(model.info)
    expect(opened.edits).toEqual(edits)
    expect(opened.queries).toEqual({ first: 0, count: 4 })
    expect(opened.pattern(1, 3)).toEqual(trace.pattern(1, 3))
    expect(opened.row(1, 3, 2)).toEqual(trace.row(1, 3, 2))
    expect(await opened.compute('blocks.1.attn.pattern', { head: 3 })).toEqual(trace.pattern(1, 3))
    expect(await opened.rollout()).toEqual(await trace.rollout())
    const heads = await opened.heads()
    const expected = await trace.heads()
    expect(heads.map(({ layer, head, picture }) => ({ layer, head, picture }))).toEqual(
      expected.map(({ layer, head, picture }) => ({ layer, head, picture }))
    )
    heads.forEach(({ entropy }, i) => expect(entropy).toBeCloseTo(expected[i]?.entropy ?? NaN, 5))
  })

  it('a tensor that is not in the file is not-captured', async () => {
    const opened = await openTrace((await saved()).blob)
    await expectError(() => opened.get('blocks.0.attn.q'), 'not-captured', 'blocks.0.attn.q', 'the file holds')
    await expectError(opened.compute('blocks.0.attn.q'), 'not-captured')
  })

  it('a step of a generation and a disposed run can be saved, too', async () => {
    const [, step] = await generated(['pattern'])
    if (!step) throw new Error('there are fewer than six steps')
    const opened = await openTrace(await step.trace.save())
    expect(opened.queries).toEqual({ first: 4, count: 1 })
    expect(opened.row(0, 0, 4)).toEqual(step.trace.row(0, 0, 4))

    const run = await model.run(prompt, { capture: ['pattern'] })
    const rollout = await run.trace.rollout()
    await run.dispose()
    const afterwards = await openTrace(await run.trace.save())
    expect(afterwards.pattern(0, 0)).toEqual(run.trace.pattern(0, 0))
    // Patterns suffice for a rollout.
    const again = await afterwards.rollout()
    expect(again.shape).toEqual(rollout.shape)
    again.data.forEach((weight, i) => expect(weight).toBeCloseTo(rollout.data[i] ?? NaN, 5))
    const without = await model.run(prompt, { capture: ['blocks.0.attn.q'] })
    await without.dispose()
    const queriesOnly = await openTrace(await without.trace.save())
    await expectError(queriesOnly.rollout(), 'not-captured', 'rollout')
  })

  it('saving it again gives the same file', async () => {
    const { blob } = await saved()
    const again = await (await openTrace(blob)).save()
    expect((await openTrace(again)).get('embedding')).toEqual((await openTrace(blob)).get('embedding'))
    expect(again.size).toBe(blob.size)
  })

  it('opens from a URL; a failed fetch is reported with its URL', async () => {
    const { blob } = await saved()
    const bytes = Buffer.from(await blob.arrayBuffer())
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/trace' ? 200 : 404
      response.end(request.url === '/trace' ? bytes : undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    expect((await openTrace(`${origin}/trace`)).tokens).toHaveLength(4)
    await expectError(openTrace(`${origin}/none`), 'network', `${origin}/none`, '404')
  })

  it('opens from a path, also a relative one, and from a file: URL; a failed read is reported with its path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attenscope-trace-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'run.safetensors')
    await writeFile(path, new Uint8Array(await (await saved()).blob.arrayBuffer()))
    for (const source of [path, relative('.', path), pathToFileURL(path), pathToFileURL(path).href]) {
      expect((await openTrace(source)).tokens).toHaveLength(4)
    }
    await expectError(openTrace(`${path}.gone`), 'bad-model', `${path}.gone`, 'cannot be read')
    await expectError(openTrace(folder), 'bad-model', folder, 'cannot be read')
  })

  it('a file that is cut off, of another format or with forged sizes is refused', async () => {
    const bytes = new Uint8Array(await (await saved()).blob.arrayBuffer())
    for (let length = 0; length < bytes.length; length += 97) {
      await expectError(openTrace(new Blob([bytes.slice(0, length)])), 'bad-model')
    }
    const text = (from: string, to: string) => {
      // Bytes of equal length, so that the length of the header stays valid.
      expect(to).toHaveLength(from.length)
      const file = Buffer.from(bytes)
      const at = file.indexOf(from)
      expect(at).toBeGreaterThan(0)
      file.write(to, at)
      return new Blob([file])
    }
    await expectError(openTrace(text('attenscope-trace', 'attenscope-trice')), 'bad-model', 'attenscope-trice')
    await expectError(openTrace(text('"version":"3"', '"version":"1"')), 'bad-model', 'version "1"')
    await expectError(openTrace(text('\\"count\\":4', '\\"count\\":9')), 'bad-model', 'shape')
    await expectError(openTrace(text('"tokens"', '"tokexs"')), 'bad-model', 'tokens')
  })
})

it('errors are AttenscopeErrors with their code, in the page, too', async () => {
  const error = await errorOf(model.run({ ids: [] }))
  expect(error).toBeInstanceOf(AttenscopeError)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'AttenscopeError', code: 'option' })
})
