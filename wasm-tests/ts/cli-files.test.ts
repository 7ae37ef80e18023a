/** The commands that write files, or print structures: a batch of traces, effects, pages and pictures. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel, openTrace } from 'attenscope'
import { describe, expect, it } from 'vitest'

import { findBrowser } from '../../web/lib/cli/browser-picture.js'
import { toJson } from '../../web/lib/cli/print.js'
import { attenscope } from './support/command-line.js'
import { emptyFolder, golden, root, storiesFolder, tinyFolder } from './support/folders.js'
import { patternsAlone } from './support/written-trace.js'

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const open = (file: string) => openTrace(new Blob([new Uint8Array(readFileSync(file))]))

async function traceFile(name = 'cat.safetensors'): Promise<string> {
  const file = join(await emptyFolder(), name)
  writeFileSync(file, patternsAlone(['The', ' <cat>', ' & sat']))
  return file
}

describe('attenscope', () => {
  it.each(['--version', '-V'])('%s prints the version of the package', async (flag) => {
    expect(await attenscope(flag)).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('--help names every command, and the help of each every flag', async () => {
    const { stdout } = await attenscope('--help')
    const commands = [
      'inspect',
      'run',
      'generate',
      'translate',
      'classify',
      'embed',
      'effects',
      'render',
      'html',
      'quantise'
    ]
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    expect(stdout).toContain('exit status')
    const page = readFileSync(join(root, 'docs/command-line.md'), 'utf8')
    for (const command of commands) {
      const { stdout: help, exitCode } = await attenscope(command, '--help')
      expect(exitCode).toBe(0)
      expect(page, command).toContain(`attenscope ${command}`)
      for (const [, flag] of help.matchAll(/^ +(--[\w-]+)/gm)) expect(page, `${command} ${flag}`).toContain(`\`${flag}`)
    }
  }, 30_000)

  it('an unknown flag is refused with the nearest one', async () => {
    const { exitCode, stderr } = await attenscope('run', '--model', tinyFolder, '--captures', 'q')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('--capture')
  })

  it('an error with --json is an object with its code', async () => {
    const { exitCode, stdout, stderr } = await attenscope('run', '--model', '/nowhere', '--text', 'a', '--json')
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'bad-model', message: expect.stringContaining('/nowhere') as string }
    })
  })

  it('--json nested has a list for each axis of a tensor', async () => {
    const flags = ['run', '--model', tinyFolder, '--ids', '1,2,3', '--capture', 'blocks.0.attn.pattern']
    const [flat, nested] = await Promise.all([attenscope(...flags, '--json'), attenscope(...flags, '--json', 'nested')])
    const name = 'blocks.0.attn.pattern'
    const tensorOf = ({ stdout }: { stdout: string }) =>
      (JSON.parse(stdout) as { trace: Record<string, { shape: number[]; data: number[][][] }> }).trace[name]!
    expect(tensorOf(nested).shape).toEqual([6, 3, 3])
    expect(tensorOf(nested).data.map((rows) => rows.map((row) => row.length))).toEqual(Array(6).fill([3, 3, 3]))
    expect(tensorOf(nested).data.flat(2)).toEqual(tensorOf(flat).data)
  })

  it('JSON has null for NaN and for −∞, in both forms', () => {
    const tensor = { data: Float32Array.of(1, NaN, -Infinity, 2), shape: [2, 2] }
    expect(toJson({ tensor }, 'flat')).toBe('{"tensor":{"data":[1,null,null,2],"shape":[2,2]}}')
    expect(toJson({ tensor }, 'nested')).toBe('{"tensor":{"data":[[1,null],[null,2]],"shape":[2,2]}}')
    expect(toJson({ data: new Float32Array(0), shape: [0, 3] }, 'nested')).toBe('{"data":[],"shape":[0,3]}')
  })
})

describe('run --texts --save', () => {
  it('saves a trace of each text, and lists them', async () => {
    const folder = await emptyFolder()
    const texts = join(folder, 'texts.txt')
    writeFileSync(texts, 'Lily found a key.\r\n\n  \nTom ran.\n')
    const save = join(folder, 'traces/new')
    const { exitCode, stdout } = await attenscope('run', '--model', storiesFolder, '--texts', texts, '--save', save)
    expect(exitCode).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(2)
    const index = JSON.parse(readFileSync(join(save, 'index.json'), 'utf8')) as {
      text: string
      file: string
      tokens: number
    }[]
    expect(index.map(({ text, file }) => [text, file])).toEqual([
      ['Lily found a key.', '0001.safetensors'],
      ['Tom ran.', '0002.safetensors']
    ])
    const model = await loadModel(storiesFolder)
    for (const { text, file, tokens } of index) {
      const trace = await open(join(save, file))
      const { trace: expected } = await model.run(text, { capture: ['pattern'] })
      expect(trace.tokens).toEqual(expected.tokens)
      expect(tokens).toBe(expected.tokens.length)
      expect(trace.pattern(1, 2)).toEqual(expected.pattern(1, 2))
    }
    await model.dispose()
  })

  it('takes one text, a capture and edits, and prints JSON', async () => {
    const save = await emptyFolder()
    const flags = [
      '--text',
      'Tom ran.',
      '--capture',
      'blocks.0.attn.q',
      '--edits',
      '{"at":"blocks.0.attn","set":{"temperature":2}}'
    ]
    const { stdout } = await attenscope('run', '--model', storiesFolder, '--save', save, ...flags, '--json')
    expect(JSON.parse(stdout)).toEqual({
      folder: save,
      runs: [{ text: 'Tom ran.', file: '0001.safetensors', tokens: expect.any(Number) as number }]
    })
    const trace = await open(join(save, '0001.safetensors'))
    expect(trace.names()).toEqual(['blocks.0.attn.q'])
    expect(trace.edits).toHaveLength(1)
  })

  it('an error names the text, and the traces before it stay', async () => {
    const folder = await emptyFolder()
    const texts = join(folder, 'texts.txt')
    writeFileSync(texts, `Tom ran.\n${'word '.repeat(3000)}\nNever.\n`)
    const { exitCode, stderr } = await attenscope('run', '--model', storiesFolder, '--texts', texts, '--save', folder)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^attenscope: too-long: text 2 \("word word/)
    expect(JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))).toHaveLength(1)
    expect(existsSync(join(folder, '0001.safetensors'))).toBe(true)
  })

  it.each([
    [['--texts', 'x.txt'], '--texts needs --save'],
    [['--texts', '/nowhere/x.txt', '--save', '/tmp'], '--texts: /nowhere/x.txt cannot be read'],
    [['--texts', 'x.txt', '--text', 'a', '--save', '/tmp'], '--text and --texts are both set'],
    [['--ids', '1', '--save', '/tmp'], '--save takes texts, not --ids'],
    [['--save', '/tmp'], 'there is no input']
  ])('%j is refused', async (flags, message) => {
    const { exitCode, stderr } = await attenscope('run', '--model', tinyFolder, ...flags)
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`attenscope: option: ${message}`)
  })
})

describe('effects', () => {
  it('prints the heads by the size of their effect, and with --json the API’s result', async () => {
    const flags = ['effects', '--model', storiesFolder, '--text', 'Lily found a', '--token', ' key', '--ablate', 'mean']
    const [plain, json] = await Promise.all([attenscope(...flags), attenscope(...flags, '--json')])
    const model = await loadModel(storiesFolder)
    const { token, original, parts } = await model.headEffects('Lily found a', { token: ' key', ablate: 'mean' })
    await model.dispose()
    const printed = JSON.parse(json.stdout) as {
      token: unknown
      original: number
      parts: { effects: { data: number[] } }[]
    }
    expect(printed.token).toEqual(token)
    expect(printed.original).toBeCloseTo(original, 5)
    const all = Array.from(parts[0]!.effects.data)
    expect(printed.parts[0]?.effects.data.length).toBe(all.length)
    const lines = plain.stdout.trim().split('\n').slice(1)
    expect(lines).toHaveLength(all.length)
    const sizes = lines.map((line) => Math.abs(Number(line.split('\t').at(-1))))
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    expect(sizes[0]).toBeCloseTo(Math.max(...all.map(Math.abs)), 3)
  })

  it('with --from prints layers and tokens', async () => {
    const { stdout } = await attenscope(
      'effects',
      '--model',
      tinyFolder,
      '--ids',
      '1,2,3',
      '--from',
      'a',
      '--json'
    ).then(async ({ exitCode, stderr }) => {
      expect(exitCode).toBe(1) // The tiny model has no tokenizer.
      expect(stderr).toContain('tokenizer')
      return attenscope('effects', '--model', storiesFolder, '--text', 'Lily ran.', '--from', 'Tom ran.', '--json')
    })
    const printed = JSON.parse(stdout) as { names: string[]; tokens: unknown[]; effects: { shape: number[] } }
    expect(printed.effects.shape).toEqual([printed.names.length, printed.tokens.length])
  })

  it.each([
    [['--token', 'a', '--token-id', '3'], '--token and --token-id are both set'],
    [['--part', 'decoder'], '--part goes with --from'],
    [['--from', 'a', '--ablate', 'zero'], '--ablate does not go with --from']
  ])('%j is refused', async (flags, message) => {
    const { exitCode, stderr } = await attenscope('effects', '--model', tinyFolder, '--ids', '1,2', ...flags)
    expect(exitCode).toBe(1)
    expect(stderr).toContain(message)
  })
})

describe('render', () => {
  it('writes a page in one file: the trace and the script are inside, and nothing is loaded', async () => {
    const file = await traceFile()
    const to = file.replace('.safetensors', '.html')
    const flags = [
      '--view',
      'heads,matrix',
      '--layer',
      '1',
      '--head',
      '2',
      '--held',
      '2',
      '--readonly',
      '--lang',
      'zh-Hans'
    ]
    const { exitCode, stdout } = await attenscope('render', file, '--to', to, ...flags, '--caption', '"A" <b>')
    expect({ exitCode, stdout: stdout.split('\t')[0] }).toEqual({ exitCode: 0, stdout: to })
    const page = readFileSync(to, 'utf8')
    expect(page).toContain('<html lang="zh-Hans">')
    expect(page).toContain('<title>The &lt;cat&gt; &amp; sat</title>')
    expect(page).toContain('<attn-heads data-view group="trace" layer="1" head="2" held="2" readonly></attn-heads>')
    expect(page).toContain('caption="&quot;A&quot; &lt;b&gt;"')
    expect(page).not.toMatch(/<script[^>]+src=|type="module"|<link/)
    expect(page).toContain("default-src 'none'")
    const [, inside = ''] = /<script type="text\/plain" id="trace">([^<]+)</.exec(page) ?? []
    expect(Buffer.from(inside, 'base64').equals(readFileSync(file))).toBe(true)
  })

  it('html writes it beside the trace', async () => {
    const file = await traceFile()
    const { stdout } = await attenscope('html', file, '--json')
    const to = file.replace('.safetensors', '.html')
    expect(JSON.parse(stdout)).toMatchObject({ file: to, views: ['heads', 'matrix', 'grid'] })
    expect(existsSync(to)).toBe(true)
  })

  it.each([
    [['--to', 'x.gif'], 'option: --to is "x.gif", expected a file that ends with .html, .svg or .png'],
    [[], 'option: --to is missing'],
    [['--to', 'x.html', '--layer', '77'], 'option: layer 77 of 2: layers are 0 to 1'],
    [['--to', 'x.html', '--head', '7'], 'option: head is 7'],
    [['--to', 'x.html', '--held', '9'], 'option: --held 9 of 3 tokens: tokens are 0 to 2'],
    [['--to', 'x.html', '--part', 'cross'], 'option: --part is "cross", expected one of: decoder'],
    [['--to', 'x.html', '--view', 'matrx'], "option: --view: there is no view 'matrx'; did you mean 'matrix'?"],
    [['--to', 'x.svg', '--view', 'heads,grid'], 'option: --view: a picture shows one view'],
    [['--to', 'x.svg', '--browser', '/nowhere/chrome'], 'unsupported: /nowhere/chrome is no program: a picture needs'],
    [['--to', '/nowhere/x.html'], 'option: --to: /nowhere/x.html cannot be written']
  ])('%j is refused', async (flags, message) => {
    const { exitCode, stdout, stderr } = await attenscope('render', await traceFile(), ...flags)
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain(`attenscope: ${message}`)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('refuses a file that is missing, and one that is no trace', async () => {
    expect((await attenscope('html', '/nowhere/x.safetensors')).stderr).toContain(
      'bad-model: /nowhere/x.safetensors cannot be read'
    )
    const { stderr } = await attenscope('html', join(golden('llama-tiny'), 'model.safetensors'))
    expect(stderr).toContain('bad-model: ')
    expect(stderr).toContain("expected format 'attenscope-trace'")
  })

  it('writes the picture of a view, if there is a browser', async (test) => {
    const browser = await findBrowser(process.env['ATTENSCOPE_CHROMIUM']).catch(() => undefined)
    if (browser === undefined) return test.skip('there is no Chrome or Chromium')
    const file = await traceFile()
    const to = (ending: string) => file.replace('.safetensors', ending)
    const flags = ['--layer', '1', '--held', '2', '--caption', 'A caption', '--browser', browser]
    const svg = await attenscope('render', file, '--to', to('.svg'), ...flags)
    expect(svg).toMatchObject({ exitCode: 0, stderr: '' })
    const picture = readFileSync(to('.svg'), 'utf8')
    expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    expect(picture).toContain('A caption')
    await attenscope('render', file, '--to', to('.png'), '--view', 'matrix', ...flags)
    expect(readFileSync(to('.png')).subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
    const lens = await attenscope('render', file, '--to', to('.svg'), '--view', 'lens', ...flags)
    expect(lens.exitCode).toBe(1)
    expect(lens.stderr).toContain('attn-lens has nothing to draw')
  }, 60_000)
})
