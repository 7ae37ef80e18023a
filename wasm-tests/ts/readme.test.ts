/** The code of the README and of the page on usage, run as it stands, and what both name. */

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

import { speedTable, withSection } from '../../bench/driver/benchmarks-page.mjs'
import { root } from './support/folders.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readme = read('README.md')
const usage = read('docs/usage.md')
const execute = promisify(execFile)

function blocks(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1] ?? '')
}

describe('the README', () => {
  it('has a JavaScript example that prints each token with its weight, then a story', async () => {
    const [example, ...others] = blocks(readme, 'js')
    expect(others).toEqual([])
    const folder = join(root, 'build/readme')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'example.mjs'), example ?? '')
    const { stdout } = await execute(process.execPath, [join(folder, 'example.mjs')], { cwd: root })
    const weights = [...stdout.matchAll(/ ([01]\.\d{3})$/gm)].map((match) => Number(match[1]))
    expect(weights.length).toBeGreaterThan(5)
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 1)
    expect(stdout.split('\n').length).toBeGreaterThanOrEqual(weights.length + 20)
  })

  it('has at most 120 lines, and an example of about ten', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(120)
    expect(blocks(readme, 'js')[0]?.trimEnd().split('\n').length).toBeLessThanOrEqual(10)
  })
})

describe('docs/usage.md', () => {
  it('has an example of the attention library', async () => {
    const [example, ...others] = blocks(usage, 'js')
    expect(others).toEqual([])
    const folder = join(root, 'build/readme')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'ops.mjs'), example ?? '')
    const { stdout } = await execute(process.execPath, [join(folder, 'ops.mjs')], { cwd: root })
    expect(stdout.trim()).toBe('[ 1, 2, 4, 8 ] [ 1, 2, 4, 4 ]')
  })

  it('has command lines that run', async () => {
    const lines = blocks(usage, 'sh').flatMap((block) =>
      block.split('\n').filter((line) => line.startsWith('npx attenscope '))
    )
    expect(lines.length).toBe(3)
    for (const line of lines) {
      const words = [...line.replace('npx attenscope ', '').matchAll(/"([^"]*)"|(\S+)/g)].map(
        (match) => match[1] ?? match[2] ?? ''
      )
      const { stdout } = await execute(process.execPath, [join(root, 'dist/cli.js'), ...words], {
        cwd: root,
        maxBuffer: 1 << 26
      })
      expect(stdout.length).toBeGreaterThan(20)
    }
  })
})

/** The pages that a reader opens first, each with the folder that its links start from. */
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'training/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
]

describe('every page for readers', () => {
  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const count = (page: string) => {
      // At the start of a line of a block, and in code within a sentence. What npm itself knows is no script.
      const named = [...page.matchAll(/(?:^|`)npm (?:run )?([a-z][\w:-]*)/gm)].map(([, name = '']) => name)
      const own = named.filter((name) => !/^(ci|install|view|pack|publish|version)$/.test(name))
      for (const name of own) expect(scripts).toHaveProperty([name])
      return own.length
    }
    expect(count(readme)).toBeGreaterThan(1)
    for (const page of pages) count(read(page))
  })

  it.each(pages)('%s links only to files that exist', (page) => {
    for (const [, path = ''] of read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g))
      expect(existsSync(join(root, dirname(page), path)), `${page}: ${path}`).toBe(true)
  })

  it('names only elements that the package defines', () => {
    const source = read('web/elements/define.ts')
    // An event's name stands after "on", "@" or "(", as frameworks write its listener.
    const named = (page: string) => [...page.matchAll(/(?<![\w@(])attn-([a-z]+)/g)].map(([, name = '']) => name)
    for (const name of named(readme)) expect(source).toMatch(new RegExp(`/${name}\\.js'`))
    const defined = [...source.matchAll(/\/(\w+)\.js'/g)].map(([, name = '']) => name)
    expect([...new Set(named(usage))].sort()).toEqual(defined.sort())
  })
})

describe('ARCHITECTURE.md', () => {
  const page = read('ARCHITECTURE.md')

  it('lists the folders of src in the order of the layer check', () => {
    const [, list = ''] = /const layers = \[([^\]]*)\]/.exec(read('scripts/check-layers.mjs')) ?? []
    const layers = [...list.matchAll(/'(\w+)'/g)].map(([, name]) => name)
    const listed = [...page.matchAll(/^\| `src\/(\w+)`/gm)].map(([, name]) => name)
    expect(layers.length).toBeGreaterThan(10)
    expect(listed).toEqual([...layers, 'reference'])
  })

  it('names only files that exist on the way of a text', () => {
    const files = [...page.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, path = '']) => path)
    expect(files.length).toBeGreaterThan(10)
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

describe('docs/benchmarks.md', () => {
  const page = read('docs/benchmarks.md')

  it.each(['speed', 'true-sizes'])('has a section %s, of which a benchmark replaces the whole content', (name) => {
    const once = withSection(page, name, '| a |\n| --- |\n| $& |')
    expect(once).toContain(`<!-- ${name} -->\n\n| a |\n| --- |\n| $& |\n\n<!-- /${name} -->`)
    expect(withSection(once, name, 'b')).toBe(withSection(page, name, 'b'))
  })

  it('refuses a section that is not there', () => {
    expect(() => withSection(page, 'weight', '')).toThrow('<!-- weight -->')
  })

  it('has the table of speed as the benchmarks write it', () => {
    const machine = { runtime: 'Chrome', variant: 'relaxed', cores: 2, cpu: 'X', memoryGiB: 8, load: 0 }
    const row = { name: 'a product', ours: 1, oursMs: 1, peerMs: 2, peer: 'other', ratio: 2, target: 1.5 }
    const table = speedTable(machine, [row], [{ name: 'other', version: '1' }])
    expect(table).toMatch(/\| a product \|.*other: .*\| \*\*2\.00\*\* \| 1\.5 \|/)
    const heads = (text: string) =>
      /^\| work.*$/m
        .exec(text)?.[0]
        .split('|')
        .map((cell) => cell.trim())
    expect(heads(page)).toEqual(heads(table))
  })
})
