/** What an empty list of edits costs: nothing that can be measured, by turns with none at all. */

import { loadModel } from 'attenscope'
import { expect, it } from 'vitest'

import { join } from 'node:path'
import { root } from './support/folders.js'

const ROUNDS = 60

it('an empty list of edits takes no longer than none', async () => {
  const model = await loadModel(join(root, 'models/stories'))
  const text = 'Lily found a shiny key under the old tree. She '.repeat(8)
  /** Processor time, which other work on the machine leaves alone. */
  const timed = async (options: { edits?: [] }): Promise<number> => {
    const before = process.cpuUsage()
    const run = await model.run(text, { logits: 'last', ...options })
    const { user, system } = process.cpuUsage(before)
    await run.dispose()
    return user + system
  }
  const [none, empty]: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    const measure = [async () => none.push(await timed({})), async () => empty.push(await timed({ edits: [] }))]
    for (const each of round % 2 === 0 ? measure : measure.reverse()) await each()
  }
  expect(Math.min(...empty) / Math.min(...none)).toBeLessThan(1.05)
  await model.dispose()
})
