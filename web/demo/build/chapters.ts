/** A Vite plugin that fills the chapters of the course: the numbers in their texts, and the programs that they show. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Model } from 'attenscope'
import type { Plugin } from 'vite'
import type { ChapterNumbers } from '../learn/numbers/chapter-numbers.js'
import { numbersOf } from '../learn/numbers/index.js'
import { pageOf } from '../shared/site-pages.js'
import { fileOf } from './page-plugins.js'

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Puts the numbers into the text in place of `{{=name}}`. */
export function withNumbers(html: string, numbers: ChapterNumbers): string {
  return html.replace(/\{\{=(\w+)\}\}/g, (_, name: string) => {
    if (!(name in numbers)) throw new Error(`the chapter computes no number ${name}`)
    return String(numbers[name])
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

/** Computes the numbers of each chapter once. */
export function chapterNumbers(root: string): (chapter: string) => Promise<ChapterNumbers> {
  const known = new Map<string, Promise<ChapterNumbers>>()
  const models = new Map<string, Promise<Model>>()
  const load = async (name: string) => {
    const { loadModel } = (await import(pathToFileURL(join(root, 'dist/index.js')).href)) as typeof import('attenscope')
    const model = models.get(name) ?? loadModel(join(root, 'models', name))
    models.set(name, model)
    return model
  }
  return (chapter) => {
    const numbers = known.get(chapter) ?? numbersOf(chapter, { load })
    known.set(chapter, numbers)
    return numbers
  }
}

export function courseChapters(here: string, root: string): Plugin {
  const numbers = chapterNumbers(root)
  return {
    name: 'course-chapters',
    transformIndexHtml: {
      order: 'pre',
      async handler(html, { path }) {
        const [, chapter] = /^learn\/(.+)$/.exec(pageOf(fileOf(path))?.name ?? '') ?? []
        if (!chapter || chapter === 'index') return html
        return withPrograms(withNumbers(html, await numbers(chapter)), join(here, 'learn/code'))
      }
    }
  }
}
