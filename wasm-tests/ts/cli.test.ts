/** The command line: what it prints, and how it fails. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { root, storiesFolder, tinyFolder } from './support/folders.js'

interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

function attenscope(...words: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'dist/cli.js'), ...words],
      { maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
      }
    )
  })
}

interface PrintedTensor {
  readonly shape: number[]
  readonly data: number[]
}

describe('attenscope', () => {
  it('run --json prints what the API gives', async () => {
    const edits = [{ at: 'blocks.0.attn.pattern', head: 1, op: 'zero' }] as const
    const { stdout, exitCode } = await attenscope(
      'run',
      '--model',
      storiesFolder,
      '--text',
      'Tom 好',
      '--capture',
      'pattern,blocks.*.attn.q',
      '--edits',
      JSON.stringify(edits),
      '--json'
    )
    expect(exitCode).toBe(0)
    const printed = JSON.parse(stdout) as {
      tokens: unknown
      logits: PrintedTensor
      trace: Record<string, PrintedTensor>
    }
    const model = await loadModel(storiesFolder)
    const run = await model.run('Tom 好', { capture: ['pattern', 'q'], edits })
    expect(printed.tokens).toEqual(run.tokens)
    expect(printed.logits).toEqual({ shape: run.logits.shape, data: Array.from(run.logits.data) })
    expect(Object.keys(printed.trace)).toEqual(run.trace.names().filter((name) => run.trace.has(name)))
    for (const [name, tensor] of Object.entries(printed.trace)) {
      expect(tensor).toEqual({ shape: run.trace.get(name).shape, data: Array.from(run.trace.get(name).data) })
    }
    await model.dispose()
  })

  it('generate prints the text as it comes, the same with --json, seeds included', async () => {
    const flags = [
      'generate',
      '--model',
      storiesFolder,
      '--text',
      'Once upon a time',
      '--max-new-tokens',
      '12',
      '--temperature',
      '0.8',
      '--top-k',
      '40',
      '--top-p',
      '0.9',
      '--seed',
      '3'
    ]
    const [plain, json] = await Promise.all([attenscope(...flags), attenscope(...flags, '--json')])
    const printed = JSON.parse(json.stdout) as {
      steps: { token: { text: string }; logits: PrintedTensor }[]
      reason: string
    }
    expect(printed.steps).toHaveLength(12)
    expect(printed.reason).toBe('length')
    expect(printed.steps[0]?.logits.shape).toEqual([2048])
    expect(plain.stdout).toBe(`${printed.steps.map(({ token }) => token.text).join('')}\n`)
  })

  it('generate ends at a stop text', async () => {
    const { stdout } = await attenscope(
      'generate',
      '--model',
      storiesFolder,
      '--text',
      'Once upon a time',
      '--max-new-tokens',
      '60',
      '--stop',
      'was'
    )
    expect(stdout).toMatch(/was\n$/)
    expect(stdout.indexOf('was')).toBe(stdout.length - 'was\n'.length)
  })

  it('inspect tells the sizes, as text and as JSON', async () => {
    const [text, json] = await Promise.all([
      attenscope('inspect', '--model', tinyFolder),
      attenscope('inspect', '--model', tinyFolder, '--json')
    ])
    expect(text.stdout).toContain('L 3  N 6  K 2')
    expect(text.stdout).toContain('model.embed_tokens.weight  F32 [67, 48]')
    expect(JSON.parse(json.stdout)).toMatchObject({ family: 'llama', info: { L: 3, V: 67 }, storedBytes: 68400 * 4 })
  })

  it('ids are an input too', async () => {
    const { stdout } = await attenscope('run', '--model', tinyFolder, '--ids', '1,2,3', '--json')
    expect((JSON.parse(stdout) as { tokens: { id: number }[] }).tokens.map(({ id }) => id)).toEqual([1, 2, 3])
  })

  it.each([
    [['run', '--model', '/nowhere', '--text', 'a'], 'bad-model: there is no folder /nowhere'],
    [['run', '--model', tinyFolder, '--text', 'a'], 'tokenizer: '],
    [['run', '--model', tinyFolder], 'option: give the input by --text or by --ids'],
    [['run', '--model', tinyFolder, '--ids', '1', '--capture', 'nothing'], 'option: capture'],
    [['run', '--model', tinyFolder, '--ids', '1', '--edits', '{'], 'not JSON'],
    [['run', '--model', tinyFolder, '--ids', '1,x'], 'not a number'],
    [['generate', '--model', tinyFolder, '--ids', '1', '--top-p', '2'], 'option: topP'],
    [['run', '--text', 'a'], '--model'],
    [['fly'], 'fly']
  ])('%j fails with exit code 1 and one line on stderr', async (words, message) => {
    const { exitCode, stdout, stderr } = await attenscope(...words)
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('--help is no failure', async () => {
    const { exitCode, stdout } = await attenscope('--help')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('generate')
  })
})
