/** Damaged checkpoints: whatever bytes change, each load ends with a model that runs or with an AttenscopeError. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AttenscopeError, loadModel, type Model } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { golden } from './support/folders.js'

const rounds = process.env['ATTENSCOPE_FULL'] === '1' ? 4000 : 150

/** Seeded random numbers, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state
  }
}

/** The checkpoints to damage, and the calls of a model that still loads. */
const victims: readonly { name: string; files: readonly string[]; use: (model: Model) => Promise<unknown> }[] = [
  {
    name: 'llama-tiny',
    files: ['config.json', 'model.safetensors'],
    use: async (model) => {
      const run = await model.run({ ids: [1, 2, 3] })
      expect(run.logits.shape).toEqual([3, model.info.V])
    }
  },
  {
    name: 'gguf',
    files: ['llama-every-type.gguf'],
    use: async (model) => {
      const run = await model.run({ ids: [1, 2, 3] })
      expect(run.logits.shape).toEqual([3, model.info.V])
    }
  },
  {
    name: 'marian-translate',
    files: ['config.json', 'generation_config.json', 'model.safetensors'],
    use: async (model) => {
      const run = await model.run({ ids: [1, 0] }, { target: { ids: [2, 3, 4] } })
      expect(run.logits.shape).toEqual([3, model.info.V])
      await model.translate({ ids: [1, 0] }, { numBeams: 2, maxLength: 4 })
    }
  },
  {
    name: 'lstm-classifier-deep',
    files: ['config.json', 'model.safetensors'],
    use: async (model) => {
      const { labels } = await model.classify({ ids: [1, 2, 3] })
      expect(labels).toHaveLength(model.info.labels?.length ?? 0)
    }
  }
]

/** Returns a copy of the folder in which a few bytes of one file are changed, removed or inserted. */
function damagedFolder(whole: ReadonlyMap<string, Uint8Array>, random: Iterator<number>): File[] {
  const below = (end: number) => Number(random.next().value) % end
  const names = [...whole.keys()]
  const victim = names[below(names.length)]
  return names.map((name) => {
    let bytes = new Uint8Array(whole.get(name) ?? [])
    if (name === victim) {
      // Most damage is in the header, where a file can be invalid; other bytes are only numbers.
      const end = name.endsWith('.json') || below(4) > 0 ? Math.min(bytes.length, 2500) : bytes.length
      const at = below(end)
      const action = below(4)
      if (action === 0) bytes = bytes.slice(0, at)
      else if (action === 1) bytes = Uint8Array.from([...bytes.slice(0, at), 0x39, ...bytes.slice(at)])
      else for (let i = 0; i <= below(3); ++i) bytes[(at + i) % bytes.length] = below(256)
    }
    return new File([bytes], name)
  })
}

describe.each(victims)('damaged checkpoints of $name', ({ name, files, use }) => {
  it(`${rounds} of them: each load ends with a model or an AttenscopeError`, { timeout: 15 * 60_000 }, async () => {
    const whole = new Map(files.map((file) => [file, new Uint8Array(readFileSync(join(golden(name), file)))]))
    const random = numbers(2026)
    let refused = 0
    for (let round = 0; round < rounds; ++round) {
      let model: Model | undefined
      try {
        model = await loadModel(damagedFolder(whole, random))
        await use(model)
      } catch (error) {
        expect(error, `round ${round}`).toBeInstanceOf(AttenscopeError)
        expect((error as AttenscopeError).code, `round ${round}: ${String(error)}`).toMatch(
          /^(bad-model|unsupported|memory|too-long|option)$/
        )
        refused++
      } finally {
        await model?.dispose()
      }
    }
    // If almost no file or almost every file were refused, the damage would test too little.
    expect(refused).toBeGreaterThan(rounds / 4)
    expect(refused).toBeLessThan(rounds)
  })
})
