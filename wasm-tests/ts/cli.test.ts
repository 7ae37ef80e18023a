/** The command line: its output and its errors. */

import { loadModel } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { attenscope, type Outcome } from './support/command-line.js'
import { golden, storiesFolder, tinyFolder } from './support/folders.js'

const translatorFolder = golden('marian-translate')

interface PrintedTensor {
  readonly shape: number[]
  readonly data: number[]
}

describe('attenscope', () => {
  it('run --json prints the API’s result', async () => {
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

  it('generate prints the text while it is generated, the same with --json, seeds included', async () => {
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

  it('translate prints the text, and with --json the API’s result', async () => {
    const flags = ['translate', '--model', translatorFolder, '--text', 'Tom is at home.', '--num-beams', '2']
    const more = ['--no-repeat-ngram-size', '2', '--length-penalty', '0.5', '--max-length', '20', '--json']
    const [plain, json] = await Promise.all([
      attenscope(...flags),
      attenscope(...flags, ...more, '--capture', 'decoder.blocks.0.cross.pattern')
    ])
    const model = await loadModel(translatorFolder)
    expect(plain.stdout).toBe(`${(await model.translate('Tom is at home.', { numBeams: 2 })).text}\n`)
    const options = { numBeams: 2, noRepeatNgramSize: 2, lengthPenalty: 0.5, maxLength: 20, capture: ['pattern'] }
    const { text, tokens, score, trace } = await model.translate('Tom is at home.', options)
    const { data, shape } = trace.get('decoder.blocks.0.cross.pattern')
    expect(JSON.parse(json.stdout)).toMatchObject({
      text,
      tokens,
      score,
      sourceTokens: trace.tokens,
      targetTokens: trace.targetTokens,
      trace: { 'decoder.blocks.0.cross.pattern': { shape, data: Array.from(data) } }
    })
    await model.dispose()
  })

  it('classify prints a line per label, and with --json the API’s result', async () => {
    const flags = ['classify', '--model', golden('lstm-classifier-deep'), '--ids', '5,9,3']
    const [plain, json] = await Promise.all([
      attenscope(...flags),
      attenscope(...flags, '--json', '--capture', 'pattern')
    ])
    const printed = JSON.parse(json.stdout) as { labels: { label: string; score: number }[]; trace: object }
    expect(printed.labels.map(({ label }) => label).sort()).toEqual(['bad', 'good', 'middling'])
    expect(Object.keys(printed.trace)).toEqual(['blocks.1.attn.pattern'])
    expect(plain.stdout).toBe(printed.labels.map(({ label, score }) => `${score.toFixed(4)}\t${label}\n`).join(''))
  })

  it('embed prints one vector, and with --json the API’s result', async () => {
    const flags = ['embed', '--model', golden('families/bert-bare'), '--ids', '5,9,3']
    const [plain, json] = await Promise.all([
      attenscope(...flags),
      attenscope(...flags, '--json', '--capture', 'pattern')
    ])
    const printed = JSON.parse(json.stdout) as { data: number[]; shape: number[]; trace: object }
    expect(printed.shape).toEqual([15])
    expect(Object.keys(printed.trace)).toContain('blocks.1.attn.pattern')
    expect(plain.stdout).toBe(`${printed.data.map((value) => value.toFixed(6)).join(' ')}\n`)
  })

  it('run accepts a target, as text or as ids', async () => {
    const flags = ['run', '--model', translatorFolder, '--text', 'Tom', '--json', '--logits', 'last']
    const [text, ids] = await Promise.all([
      attenscope(...flags, '--target', 'To'),
      attenscope(...flags, '--target-ids', '2,5')
    ])
    const idsOf = ({ stdout }: Outcome) =>
      (JSON.parse(stdout) as { targetTokens: { id: number }[] }).targetTokens.map(({ id }) => id)
    expect(idsOf(text)[0]).toBe(2)
    expect(idsOf(text).length).toBeGreaterThan(1)
    expect(idsOf(ids)).toEqual([2, 5])
  })

  it('inspect prints the parts of an encoder–decoder and the labels of a classifier', async () => {
    const [translator, classifier] = await Promise.all([
      attenscope('inspect', '--model', translatorFolder),
      attenscope('inspect', '--model', golden('lstm-classifier-deep'))
    ])
    expect(translator.stdout).toContain('marian (encoder-decoder)')
    expect(translator.stdout).toContain('encoder  L 2  N 4')
    expect(classifier.stdout).toContain('labels  bad, middling, good')
  })

  it('inspect prints the sizes, as text and as JSON', async () => {
    const [text, json] = await Promise.all([
      attenscope('inspect', '--model', tinyFolder),
      attenscope('inspect', '--model', tinyFolder, '--json')
    ])
    expect(text.stdout).toContain('L 3  N 6  K 2')
    expect(text.stdout).toContain('model.embed_tokens.weight  F32 [67, 48]')
    expect(JSON.parse(json.stdout)).toMatchObject({ family: 'llama', info: { L: 3, V: 67 }, storedBytes: 68400 * 4 })
  })

  it('ids are accepted as input', async () => {
    const { stdout } = await attenscope('run', '--model', tinyFolder, '--ids', '1,2,3', '--json')
    expect((JSON.parse(stdout) as { tokens: { id: number }[] }).tokens.map(({ id }) => id)).toEqual([1, 2, 3])
  })

  it.each([
    [['run', '--model', '/nowhere', '--text', 'a'], 'bad-model: there is no folder /nowhere'],
    [['run', '--model', tinyFolder, '--text', 'a'], 'tokenizer: '],
    [['run', '--model', tinyFolder], 'option: there is no input; give the input by either --text or --ids'],
    [['run', '--model', tinyFolder, '--ids', '1', '--capture', 'nothing'], 'option: capture'],
    [['run', '--model', tinyFolder, '--ids', '1', '--edits', '{'], 'not JSON'],
    [['run', '--model', tinyFolder, '--ids', '1,x'], 'not a number'],
    [['generate', '--model', tinyFolder, '--ids', '1', '--top-p', '2'], 'option: topP'],
    [['run', '--model', tinyFolder, '--ids', '1', '--target', 'a'], 'unsupported: a target'],
    [['run', '--model', translatorFolder, '--text', 'a'], 'option: '],
    [
      ['run', '--model', translatorFolder, '--text', 'a', '--target', 'b', '--target-ids', '2'],
      'option: --target and --target-ids are both set; give the target by one of them'
    ],
    [['translate', '--model', tinyFolder, '--ids', '1'], 'unsupported: translate'],
    [['translate', '--model', translatorFolder, '--text', 'a', '--num-beams', '0'], 'option: numBeams'],
    [['classify', '--model', translatorFolder, '--text', 'a'], 'unsupported: classify'],
    [['run', '--text', 'a'], '--model'],
    [['fly'], 'fly']
  ])('%j fails with exit code 1 and one line on stderr', async (words, message) => {
    const { exitCode, stdout, stderr } = await attenscope(...words)
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('--help exits with success', async () => {
    const { exitCode, stdout } = await attenscope('--help')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('generate')
  })
})
