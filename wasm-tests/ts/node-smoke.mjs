// The built package in plain Node, without a test runner: `node wasm-tests/ts/node-smoke.mjs`; the last line has the counts.
import { loadModel, openTrace, TraceRecorder } from 'attenscope'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..')
const stories = join(root, 'models/stories')
const hasStories = existsSync(join(stories, 'config.json'))
const source = hasStories ? stories : join(root, 'wasm-tests/golden/llama-tiny')
const input = hasStories ? 'Once upon a time' : { ids: [1, 2, 3, 4] }

let passed = 0
let failed = 0

async function check(name, test) {
  try {
    await test()
    passed += 1
  } catch (error) {
    failed += 1
    console.log(`FAILED ${name}: ${error.stack}`)
  }
}

function assert(condition, message) {
  if (!condition) throw new Error(message)
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)
const model = await loadModel(source)
console.log(`node ${process.version}, ${model.info.variant} build, ${model.info.parameters} parameters`)

await check('a run captures patterns whose rows sum to one', async () => {
  const run = await model.run(input, { capture: ['pattern'] })
  const { first, count } = run.trace.queries
  for (let layer = 0; layer < model.info.L; ++layer) {
    for (let head = 0; head < model.info.N; ++head) {
      for (let query = first; query < first + count; ++query) {
        assert(
          Math.abs(sum(run.trace.row(layer, head, query)) - 1) < 1e-5,
          `layer ${layer}, head ${head}, query ${query}`
        )
      }
    }
  }
})

await check('a generation goes on from the prompt, the same each time', async () => {
  const texts = []
  for (let i = 0; i < 2; ++i) {
    const ids = []
    for await (const step of model.generate(input, { maxNewTokens: 20, temperature: 0.8, seed: 1 }))
      ids.push(step.token.id)
    texts.push(ids.join())
  }
  assert(texts[0].split(',').length >= 1 && texts[0] === texts[1], texts.join(' / '))
})

await check('a recorded generation and a saved trace can be read', async () => {
  const recorder = new TraceRecorder(model.info)
  let last
  for await (const step of model.generate(input, { maxNewTokens: 5, capture: ['pattern'] })) {
    recorder.add(step)
    last = step
  }
  assert(recorder.pattern(0, 0).shape[0] === recorder.queries.count, 'the recorded pattern is not (S, S)')
  const opened = await openTrace(await last.trace.save())
  const query = last.trace.queries.first
  assert(opened.row(0, 0, query).join() === last.trace.row(0, 0, query).join(), 'the opened trace differs')
})

await check('a call that is refused has a code', async () => {
  const error = await model.run({ ids: [-1] }).catch((refusal) => refusal)
  assert(error.code === 'option', String(error))
})

await model.dispose()
await check('a disposed model refuses', async () => {
  const error = await model.run(input).catch((refusal) => refusal)
  assert(error.code === 'disposed', String(error))
})

console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
