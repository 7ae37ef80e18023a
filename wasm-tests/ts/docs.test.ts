/** Runs the examples of docs/attention.md in order, and checks the output that the page shows. */

import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

import { forms, formsTable } from './support/attention-forms.js'
import { root } from './support/folders.js'

const path = join(root, 'docs/attention.md')
const page = readFileSync(path, 'utf8')
// Each example, and the block right below it with its expected output, if there is one.
const examples = [...page.matchAll(/^```js\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm)].map((match) => ({
  code: match[1] ?? '',
  printed: match[2] ?? ''
}))
const border = '— — —'
let outputs: string[] = []

beforeAll(async () => {
  const folder = join(root, 'build/docs')
  mkdirSync(folder, { recursive: true })
  const program = examples.map(({ code }) => `${code}console.log('${border}')\n`).join('')
  writeFileSync(join(folder, 'attention.mjs'), program)
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'attention.mjs')], { cwd: root })
  outputs = stdout.split(`${border}\n`)
  if (process.env['ATTENSCOPE_UPDATE_DOCS'] === '1') {
    let next = 0
    const fresh = page.replace(/^```js\n[\s\S]*?^```\n(?:\n```text\n[\s\S]*?^```\n)?/gm, (block) => {
      const printed = outputs[next++] ?? ''
      const code = block.replace(/\n```text\n[\s\S]*$/, '')
      return printed === '' ? code : `${code}\n\`\`\`text\n${printed}\`\`\`\n`
    })
    writeFileSync(path, fresh)
  }
})

describe('docs/attention.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(10)
  })

  it.each(examples.map((example, index) => ({ ...example, index })))(
    'example $index prints the output below it',
    ({ printed, index }) => {
      expect(outputs[index]).toBe(printed)
    }
  )
})

describe('the table of forms', () => {
  const cells = (table: string) =>
    table
      .split('\n')
      .filter((line) => line.startsWith('|') && !/^[|\s-]+$/.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim())
      )

  it('equals the table made from the tests, without empty cells', () => {
    const made = formsTable()
    writeFileSync(join(root, 'build/docs/attention-forms.md'), `${made}\n`)
    const [, inPage] = /<!-- forms -->\n([\s\S]*?)<!-- \/forms -->/.exec(page) ?? []
    expect(cells(inPage ?? '')).toEqual(cells(made))
    expect(cells(made).flat()).not.toContain('')
  })

  it.each([...forms])('$form occurs in the tests that the table names', ({ forward, gradient, wasm }) => {
    for (const evidence of [forward, gradient, wasm]) {
      if (typeof evidence === 'string') continue
      const [file, word] = evidence
      expect(readFileSync(join(root, 'wasm-tests', file), 'utf8')).toContain(word)
    }
  })
})
