import { loadModel } from 'attenscope'
import 'attenscope/elements'

async function findWord(text) {
  const model = await loadModel('models/stories/')
  const { tokens, trace } = await model.run(text, { capture: ['pattern'] })
  const { data, shape } = trace.pattern(1, 4) // layer 1, head 4: one row per query, one column per key
  const last = data.subarray((shape[0] - 1) * shape[1])
  return tokens[last.indexOf(Math.max(...last))].text
}

// Vite 5 and 6 build for browsers without an await outside functions.
findWord('The cat sat down because it was tired.').then((word) => {
  document.querySelector('output').textContent = word
})
