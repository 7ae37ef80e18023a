/** The chapters of the course: their numbers come from the models that ship, and their programs print what the chapters say. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { programInput, withNumbers } from '../../web/demo/build/chapters.js'
import { siteModels } from '../../web/demo/build/site-models.js'
import { numbersOf } from '../../web/demo/learn/numbers/index.js'
import { languages } from '../../web/demo/shared/languages.js'
import { chapters } from '../../web/demo/shared/site-pages.js'
import { emptyFolder, root } from './support/folders.js'

const models = siteModels(root)
afterAll(() => models.dispose())

const textOf = (chapter: string, suffix: string) => readFileSync(join(root, 'web/demo/learn', chapter + suffix), 'utf8')

describe.each(chapters)('the chapter %s', (chapter) => {
  it('says what the models bear out, with the same numbers in every language', async () => {
    const numbers = await numbersOf(chapter, models)
    for (const { suffix } of languages) {
      const html = textOf(chapter, suffix)
      expect(withNumbers(html, numbers)).not.toContain('{{=')
      const used = new Set(Array.from(html.matchAll(/\{\{=(\w+)\}\}/g), ([, name = '']) => name))
      expect(used).toEqual(new Set(Object.keys(numbers)))
    }
  })

  it('has no share that is typed by hand, but the whole', () => {
    for (const { suffix } of languages) {
      const before = Array.from(textOf(chapter, suffix).matchAll(/(\S*?)(?:&nbsp;|\s)*%/g), ([, word = '']) => word)
      expect(before.length).toBeGreaterThan(5)
      expect(before.filter((word) => !word.endsWith('}}') && word !== '100')).toEqual([])
    }
  })

  it('has programs of at most a dozen lines, with the same result in JavaScript and in PyTorch', async (test) => {
    const program = join(root, 'web/demo/learn/code', chapter)
    const [script, python] = ['js', 'py'].map((ending) => readFileSync(`${program}.${ending}`, 'utf8'))
    for (const code of [script, python]) expect(code?.trim().split('\n').length).toBeLessThanOrEqual(13)
    const run = `import(${JSON.stringify(`${program}.js`)}).then(({ run }) => run((...parts) => console.log(...parts)))`
    // The program names the model as the page does: from the page's folder.
    const printed = execFileSync(process.execPath, ['-e', run], { cwd: join(root, 'models'), encoding: 'utf8' })
    const numbersIn = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => [line.split(' ')[0], line.split(' ').at(-1)])
    expect(numbersIn(printed).length).toBeGreaterThan(0)
    const interpreter = process.env['ATTENSCOPE_PYTHON'] ?? 'python3'
    try {
      execFileSync(interpreter, ['-c', 'import torch, safetensors'], { stdio: 'ignore' })
    } catch {
      return test.skip('PyTorch or safetensors is not installed')
    }
    const place = await emptyFolder()
    const { model, text } = programInput(root, chapter)
    const { trace } = await (await models.load(model)).run(text, { capture: ['pattern'] })
    const saved = await (await trace.save({ also: ['q', 'k'] })).arrayBuffer()
    writeFileSync(join(place, `${chapter}.safetensors`), Buffer.from(saved))
    const other = execFileSync(interpreter, [`${program}.py`], { cwd: place, encoding: 'utf8' })
    expect(numbersIn(other)).toEqual(numbersIn(printed))
  })
})
