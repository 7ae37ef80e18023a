/** A Vite plugin that fills the chapters of the course: the numbers in their texts, and the programs that they show. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import type { ChapterNumbers } from '../learn/numbers/chapter-numbers.js'
import { numbersOf } from '../learn/numbers/index.js'
import { pageOf } from '../shared/site-pages.js'
import { fileOf } from './page-frame.js'
import { siteModels } from './site-models.js'

/** A text in the content of a page or in a quoted attribute. */
const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** Puts the numbers into the text in place of `{{=name}}`. */
export function withNumbers(html: string, numbers: ChapterNumbers): string {
  return html.replace(/\{\{=(\w+)\}\}/g, (_, name: string) => {
    if (!(name in numbers)) throw new Error(`the chapter computes no number ${name}`)
    return escapeHtml(String(numbers[name]))
  })
}

/** Puts the programs into the text in place of `<!-- code file -->`. */
export function withPrograms(html: string, folder: string): string {
  return html.replace(/<!-- code ([\w.-]+) -->/g, (_, file: string) => {
    const path = join(folder, file)
    if (!existsSync(path)) throw new Error(`there is no program ${file}`)
    return `<pre><code>${escapeHtml(readFileSync(path, 'utf8').trimEnd())}</code></pre>`
  })
}

/** The model and the text that a chapter's program in JavaScript runs. */
export function programInput(root: string, chapter: string): { readonly model: string; readonly text: string } {
  const program = readFileSync(join(root, 'web/demo/learn/code', `${chapter}.js`), 'utf8')
  const [, model] = /models\/(\w+)\//.exec(program) ?? []
  const [, text] = /const text = '([^']*)'/.exec(program) ?? []
  if (model === undefined || text === undefined) throw new Error(`the program of ${chapter} names no model and text`)
  return { model, text }
}

export function courseChapters(here: string, root: string): Plugin {
  const models = siteModels(root)
  const known = new Map<string, Promise<ChapterNumbers>>()
  const numbersOnce = (chapter: string) => {
    const numbers = known.get(chapter) ?? numbersOf(chapter, models)
    known.set(chapter, numbers)
    return numbers
  }
  return {
    name: 'course-chapters',
    transformIndexHtml: {
      order: 'pre',
      async handler(html, { path }) {
        const [, chapter] = /^learn\/(.+)$/.exec(pageOf(fileOf(path))?.name ?? '') ?? []
        if (!chapter || chapter === 'index') return html
        return withPrograms(withNumbers(html, await numbersOnce(chapter)), join(here, 'learn/code'))
      }
    },
    async closeBundle() {
      await models.dispose()
      known.clear()
    }
  }
}
