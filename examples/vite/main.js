import { loadModel } from 'attenscope'
import 'attenscope/elements'

const model = await loadModel('models/stories/')
const { tokens, trace } = await model.run('The cat sat down because it was tired.', { capture: ['pattern'] })
const { data, shape } = trace.pattern(1, 4) // layer 1, head 4: one row per query, one column per key
const last = data.subarray((shape[0] - 1) * shape[1])
document.querySelector('output').textContent = tokens[last.indexOf(Math.max(...last))].text
