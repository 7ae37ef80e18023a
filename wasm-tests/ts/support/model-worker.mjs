// Loads and uses one model after another in a thread of its own, which a test can end.
import { inspectModel, loadModel } from 'attenscope'
import { parentPort } from 'node:worker_threads'

/** The calls of a model; each answers with the facts that a test checks. */
const uses = {
  run: async (model, { input = { ids: [1, 2, 3] } }) => {
    const { tokens, logits } = await model.run(input)
    return { tokens: tokens.length, shape: [...logits.shape] }
  },
  translate: async (model) => {
    const { logits } = await model.run({ ids: [1, 0] }, { target: { ids: [2, 3, 4] } })
    await model.translate({ ids: [1, 0] }, { numBeams: 2, maxLength: 4 })
    return { shape: [...logits.shape] }
  },
  classify: async (model) => {
    const { labels } = await model.classify({ ids: [1, 2, 3] })
    return { labels: labels.length }
  }
}

async function answer({ files, use, inspects, ...rest }) {
  const list = Object.entries(files).map(([name, data]) => new File([data], name))
  if (inspects) await inspectModel(list)
  const model = await loadModel(list)
  try {
    const { V, labels = [] } = model.info
    return { info: { V, labels: labels.length }, ...(await uses[use](model, rest)) }
  } finally {
    await model.dispose()
  }
}

parentPort.on('message', async (asked) => {
  const outcome = await answer(asked).catch(({ name, code, message }) => ({ error: { name, code, message } }))
  parentPort.postMessage(outcome)
})
