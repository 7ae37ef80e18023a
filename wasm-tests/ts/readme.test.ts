/** The README's code, run as it stands. */

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

import { root } from './support/folders.js'

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const execute = promisify(execFile)

function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1] ?? ''
  )
}

describe('the README', () => {
  it('has a JavaScript example that prints each token with its weight, then a story', async () => {
    const [example] = blocks('js')
    const folder = join(root, 'build/readme')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'example.mjs'), example ?? '')
    const { stdout } = await execute(process.execPath, [join(folder, 'example.mjs')], { cwd: root })
    const weights = [...stdout.matchAll(/ ([01]\.\d{3})$/gm)].map((match) => Number(match[1]))
    expect(weights.length).toBeGreaterThan(5)
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 1)
    expect(stdout.split('\n').length).toBeGreaterThanOrEqual(weights.length + 20)
  })

  it('has an example of the attention library', async () => {
    const [, example, ...others] = blocks('js')
    expect(others).toEqual([])
    const folder = join(root, 'build/readme')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'ops.mjs'), example ?? '')
    const { stdout } = await execute(process.execPath, [join(folder, 'ops.mjs')], { cwd: root })
    expect(stdout.trim()).toBe('[ 1, 2, 4, 8 ] [ 1, 2, 4, 4 ]')
  })

  it('has command lines that run', async () => {
    const lines = blocks('sh').flatMap((block) =>
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

  it('names only npm scripts and files that exist', () => {
    const scripts = (
      JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
    ).scripts
    const named = [...readme.matchAll(/^npm (?:run )?(\S+)/gm)].map((match) => match[1] ?? '')
    expect(named.length).toBeGreaterThan(1)
    for (const name of named) expect(scripts).toHaveProperty([name])
    for (const [, path] of readme.matchAll(/\]\(([^)]+)\)/g))
      expect(existsSync(join(root, path ?? '')), path).toBe(true)
  })

  it('names only elements that the package defines', async () => {
    const source = readFileSync(join(root, 'web/elements/define.ts'), 'utf8')
    for (const [, name] of readme.matchAll(/attn-([a-z]+)/g)) expect(source).toMatch(new RegExp(`/${name ?? ''}\\.js'`))
  })
})
