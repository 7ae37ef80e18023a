/** Damaged checkpoints: whatever a byte becomes, a load ends, with a model that runs or with an AttenscopeError. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AttenscopeError, loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { tinyFolder } from './support/folders.js'

const rounds = process.env['ATTENSCOPE_FULL'] === '1' ? 4000 : 150

/** Seeded, so that a failure can be had again. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state
  }
}

const names = ['config.json', 'model.safetensors'] as const
const whole = new Map(names.map((name) => [name, readFileSync(join(tinyFolder, name))]))

/** A copy of the folder in which one file has a few bytes changed, cut off, or put in. */
function damagedFolder(random: Iterator<number>): File[] {
  const below = (end: number) => Number(random.next().value) % end
  const victim = names[below(names.length)] ?? 'config.json'
  return names.map((name) => {
    let bytes = new Uint8Array(whole.get(name) ?? [])
    if (name === victim) {
      // The header is where a file can lie; its numbers are only numbers.
      const end = name === 'config.json' || below(4) > 0 ? Math.min(bytes.length, 2500) : bytes.length
      const at = below(end)
      const action = below(4)
      if (action === 0) bytes = bytes.slice(0, at)
      else if (action === 1) bytes = Uint8Array.from([...bytes.slice(0, at), 0x39, ...bytes.slice(at)])
      else for (let i = 0; i <= below(3); ++i) bytes[(at + i) % bytes.length] = below(256)
    }
    return new File([bytes], name)
  })
}

describe('damaged checkpoints', () => {
  it(`${rounds} of them: each load ends with a model or an AttenscopeError`, { timeout: 15 * 60_000 }, async () => {
    const random = numbers(2026)
    let refused = 0
    for (let round = 0; round < rounds; ++round) {
      try {
        const model = await loadModel(damagedFolder(random))
        const run = await model.run({ ids: [1, 2, 3] })
        expect(run.logits.shape).toEqual([3, model.info.V])
        await model.dispose()
      } catch (error) {
        expect(error, `round ${round}`).toBeInstanceOf(AttenscopeError)
        expect((error as AttenscopeError).code, `round ${round}: ${String(error)}`).toMatch(
          /^(bad-model|unsupported|memory|too-long|option)$/
        )
        refused++
      }
    }
    // Were next to nothing refused, or all, the damage would be of the wrong kind.
    expect(refused).toBeGreaterThan(rounds / 4)
    expect(refused).toBeLessThan(rounds)
  })
})
