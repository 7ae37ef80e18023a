import { loadModel } from 'attenscope'

export async function run(print) {
  const model = await loadModel('../models/stories/')
  const text = 'Tom had a red ball. Lily had a blue kite. Tom played with the'
  const { trace, tokens } = await model.run(text, { capture: ['pattern'] })
  const last = tokens.length - 1
  const weights = trace.view().row(5, 1, last) // layer 5, head 1: one weight for each token
  const order = tokens.map((_, key) => key).sort((a, b) => weights[b] - weights[a])
  for (const key of order.slice(0, 3)) print(key, tokens[key].text, weights[key].toFixed(4))
  await model.dispose()
}
