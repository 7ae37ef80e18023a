import { writeFile } from 'node:fs/promises'
import { loadModel } from 'attenscope'

const model = await loadModel('./models/stories')
const { tokens, trace } = await model.run('The cat sat down because it was tired.', { capture: ['pattern'] })
const { data, shape } = trace.pattern(1, 4) // layer 1, head 4: one row per query, one column per key
const last = data.subarray((shape[0] - 1) * shape[1])
tokens.forEach((token, key) => console.log(last[key].toFixed(3), token.text))
await writeFile('trace.safetensors', (await trace.save()).stream()) // ../trace-only shows this file in a page
await model.dispose()
