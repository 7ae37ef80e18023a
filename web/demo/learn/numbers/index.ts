/** The numbers of each chapter, by the chapter's name. */
import type { chapters } from '../../shared/site-pages.js'
import type { ChapterNumbers, Models } from './chapter-numbers.js'
import * as lookingBack from './looking-back.js'
import * as weightedAverage from './weighted-average.js'

const all: Readonly<Record<(typeof chapters)[number], (models: Models) => Promise<ChapterNumbers>>> = {
  'looking-back': lookingBack.numbers,
  'weighted-average': weightedAverage.numbers
}

export function numbersOf(chapter: string, models: Models): Promise<ChapterNumbers> {
  const numbers = Object.entries(all).find(([name]) => name === chapter)?.[1]
  if (!numbers) throw new Error(`the course has no chapter ${chapter}`)
  return numbers(models)
}
