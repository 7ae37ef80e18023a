// A process with one model. Its first message is { folder, dtype }; it answers each later { kind, items } with { results }.
import { loadModel } from '../../dist/index.js'
import { kinds } from './kinds.mjs'

let folder
let loading

process.on('message', async (message) => {
  try {
    if (message.folder) {
      folder = message.folder
      loading = loadModel(folder, { dtype: message.dtype })
      const { info } = await loading
      process.send({ info })
      return
    }
    const evaluate = kinds[message.kind](await loading, folder)
    const results = []
    for (const item of message.items) results.push(await evaluate(item))
    process.send({ results })
  } catch (error) {
    process.send({ error: `${error.code ?? error.name}: ${error.message}` })
  }
})
