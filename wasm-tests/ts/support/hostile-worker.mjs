// Loads and runs one input after another in a thread of its own, which the test can end.
import { loadModel, inspectModel } from 'attenscope'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'

const names = ['config.json', 'generation_config.json', 'model.safetensors']
const whole = names.map((name) => [name, new Uint8Array(readFileSync(join(workerData.folder, name)))])

async function read({ files, text, chat }) {
  const list = Object.entries({ ...Object.fromEntries(whole), ...files }).map(([name, data]) => new File([data], name))
  await inspectModel(list)
  const model = await loadModel(list)
  const input = text === undefined ? { ids: [1, 2, 3] } : chat ? { messages: [{ role: 'user', content: text }] } : text
  try {
    const { tokens } = await model.run(input)
    return tokens.length
  } finally {
    await model.dispose()
  }
}

parentPort.on('message', async (input) => {
  const outcome = await read(input).then(
    (tokens) => ({ tokens }),
    ({ name, code, message }) => ({ error: { name, code, message } })
  )
  parentPort.postMessage(outcome)
})
