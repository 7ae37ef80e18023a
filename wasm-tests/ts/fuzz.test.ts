/** Damaged checkpoints: whatever bytes change, each load soon ends with a model that runs or with an AttenscopeError. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { knownPatterns } from '../../web/lib/tokenizer/known-patterns.js'
import { golden } from './support/folders.js'
import { modelThread, type Asked, type Outcome } from './support/model-thread.js'

const rounds = process.env['ATTENSCOPE_FULL'] === '1' ? 4000 : 150

/** Seeded random numbers, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state
  }
}

const read = (name: string, file: string) => new Uint8Array(readFileSync(join(golden(name), file)))
const text = (json: unknown) => new TextEncoder().encode(JSON.stringify(json))

/** A tokenizer with every kind of step, and a chat template with loops, tests, filters and macros. */
const steps = {
  'tokenizer.json': text({
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Replace', pattern: { Regex: '(?:a|b)+(?=c)' }, content: 'ab' },
        { type: 'Prepend', prepend: 'c' },
        { type: 'Strip' },
        { type: 'NFKC' }
      ]
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: Object.values(knownPatterns).map((Regex) => ({
        type: 'Split',
        pattern: { Regex },
        behavior: 'Isolated'
      }))
    },
    added_tokens: [{ id: 9, content: '<s>', special: true }],
    model: { type: 'BPE', vocab: { a: 1, b: 2, c: 3, ab: 4, ' ': 5, '<unk>': 6 }, merges: ['a b'], unk_token: '<unk>' }
  }),
  'tokenizer_config.json': text({
    chat_template:
      '{% macro m(x) %}{{ x|trim }}{% endmacro %}{% for i in range(9) %}{{ i }}{% endfor %}' +
      '{% for message in messages %}{% if message.role == "user" %}{{ m(message.content) * 2 }}{% endif %}{% endfor %}'
  })
}

/** The checkpoints to damage, and the call that uses a model that still loads. */
const victims: readonly {
  readonly name: string
  readonly files: ReadonlyMap<string, Uint8Array>
  /** The files that are damaged; without a list, all. */
  readonly only?: readonly string[]
  readonly use: Omit<Asked, 'files'>
  readonly check: (outcome: Outcome) => void
}[] = [
  {
    ...filesOf('llama-tiny', ['config.json', 'model.safetensors']),
    use: { use: 'run' },
    check: ({ shape, info }) => expect(shape).toEqual([3, info?.V])
  },
  {
    ...filesOf('gguf', ['llama-every-type.gguf']),
    use: { use: 'run' },
    check: ({ shape, info }) => expect(shape).toEqual([3, info?.V])
  },
  {
    ...filesOf('marian-translate', ['config.json', 'generation_config.json', 'model.safetensors']),
    use: { use: 'translate' },
    check: ({ shape, info }) => expect(shape).toEqual([3, info?.V])
  },
  {
    ...filesOf('lstm-classifier-deep', ['config.json', 'model.safetensors']),
    use: { use: 'classify' },
    check: ({ labels, info }) => expect(labels).toBe(info?.labels)
  },
  {
    name: 'a tokenizer and a chat template',
    files: new Map([...filesOf('llama-tiny', ['config.json', 'model.safetensors']).files, ...Object.entries(steps)]),
    only: Object.keys(steps),
    use: { use: 'run', input: { messages: [{ role: 'user', content: `${'ab '.repeat(9)}abc 12 é!` }] } },
    check: ({ tokens, shape, info }) => expect(shape).toEqual([tokens, info?.V])
  }
]

function filesOf(name: string, files: readonly string[]) {
  return { name, files: new Map(files.map((file) => [file, read(name, file)])) }
}

/** Returns a copy of the folder in which a few bytes of one file are changed, removed or inserted. */
function damagedFolder(
  whole: ReadonlyMap<string, Uint8Array>,
  names: readonly string[],
  random: Iterator<number>
): Record<string, Uint8Array> {
  const below = (end: number) => Number(random.next().value) % end
  const victim = names[below(names.length)]
  const damage = (name: string, found: Uint8Array) => {
    let bytes = new Uint8Array(found)
    if (name === victim) {
      // Most damage is in the header, where a file can be invalid; other bytes are only numbers.
      const end = name.endsWith('.json') || below(4) > 0 ? Math.min(bytes.length, 2500) : bytes.length
      const at = below(end)
      const action = below(4)
      if (action === 0) bytes = bytes.slice(0, at)
      else if (action === 1) bytes = Uint8Array.from([...bytes.slice(0, at), 0x39, ...bytes.slice(at)])
      else for (let i = 0; i <= below(3); ++i) bytes[(at + i) % bytes.length] = below(256)
    }
    return bytes
  }
  return Object.fromEntries([...whole].map(([name, bytes]) => [name, damage(name, bytes)]))
}

describe.each(victims)('damaged checkpoints of $name', ({ files, only, use, check }) => {
  const ask = modelThread()

  it(`${rounds} of them: each ends soon, with a model or an AttenscopeError`, { timeout: 15 * 60_000 }, async () => {
    const random = numbers(2026)
    let refused = 0
    for (let round = 0; round < rounds; ++round) {
      const outcome = await ask({ files: damagedFolder(files, only ?? [...files.keys()], random), ...use })
      const { error } = outcome
      if (!error) {
        check(outcome)
        continue
      }
      expect(error.name, `round ${round}: ${error.message}`).toBe('AttenscopeError')
      expect(error.code, `round ${round}: ${error.message}`).toMatch(
        only
          ? /^(bad-model|unsupported|tokenizer|too-long|option)$/
          : /^(bad-model|unsupported|memory|too-long|option)$/
      )
      refused++
    }
    // If almost no file or almost every file were refused, the damage would test too little.
    expect(refused).toBeGreaterThan(rounds / 4)
    expect(refused).toBeLessThan(rounds)
  })
})
