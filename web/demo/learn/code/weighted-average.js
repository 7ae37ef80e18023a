import { loadModel } from 'attenscope'

export async function run(print) {
  const model = await loadModel('../models/sentiment/')
  const text = 'The story is slow, but the ending is wonderful.'
  const { trace } = await model.run(text, { capture: ['pattern'] })
  const weights = trace.view().row(0, 0, 0) // one learned query: one row of weights
  const order = [...weights.keys()].sort((a, b) => weights[b] - weights[a])
  for (const key of order.slice(0, 3)) print(key, trace.tokens[key].text, weights[key].toFixed(4))
  await model.dispose()
}
