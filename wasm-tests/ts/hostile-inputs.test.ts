/** Inputs written to hurt: each ends soon, with an answer or a typed error. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

import { golden } from './support/folders.js'
import { hostileInputs, slowInputs, type HostileInput } from './support/hostile-inputs.js'
import { modelThread } from './support/model-thread.js'

const full = process.env['ATTENSCOPE_FULL'] === '1'
const inputs = hostileInputs.filter(({ name }) => full || !slowInputs.has(name))
const ask = modelThread()
const names = ['config.json', 'generation_config.json', 'model.safetensors']
const whole = Object.fromEntries(
  names.map((name) => [name, new Uint8Array(readFileSync(join(golden('llama-tiny'), name)))])
)

function inputOf({ text, chat }: HostileInput) {
  if (text === undefined) return {}
  return { input: chat ? { messages: [{ role: 'user', content: text }] } : text }
}

it('there are at least 75 inputs, each with its own name', () => {
  const all = hostileInputs.map(({ name }) => name)
  expect(new Set(all).size).toBe(all.length)
  expect(all.length).toBeGreaterThanOrEqual(75)
  expect([...slowInputs].filter((name) => !all.includes(name))).toEqual([])
})

it.each(inputs.map((input) => [input.name, input] as const))('%s', { timeout: 30_000 }, async (_, input) => {
  const files = { ...whole, ...input.files }
  const { tokens, error } = await ask({ files, use: 'run', inspects: true, ...inputOf(input) })
  if (error) {
    expect(error.name, error.message).toBe('AttenscopeError')
    expect(error.code, error.message).toMatch(/^(bad-model|unsupported|tokenizer|too-long|memory|option)$/)
    // A message is for people: it never repeats a long file.
    expect(error.message.length).toBeLessThanOrEqual(1_000)
  } else {
    expect(tokens).toBeLessThanOrEqual(128)
  }
})
