/** The sentences about a text that is outside what a model was made for. */
import type { Language, ScriptName } from '../controls/fit/text-kinds.js'
import type { ModelUse, Outside } from '../controls/fit/made-for.js'
import { section } from './language.js'

const USES: Readonly<Record<ModelUse, string>> = {
  stories: 'English stories',
  translate: 'English sentences',
  sentiment: 'English reviews',
  dates: 'dates in English or Chinese'
}

const SCRIPTS: Readonly<Record<ScriptName, string>> = {
  Latin: 'in Latin letters',
  Han: 'in Chinese characters',
  Japanese: 'in Japanese',
  Cyrillic: 'in Cyrillic letters',
  Greek: 'in Greek letters',
  Arabic: 'in Arabic letters',
  Hebrew: 'in Hebrew letters',
  Devanagari: 'in Devanagari letters',
  Bengali: 'in Bengali letters',
  Thai: 'in Thai letters',
  Hangul: 'in Korean letters',
  other: 'in another script'
}

const LANGUAGES: Readonly<Record<Language, string>> = {
  de: 'German',
  fr: 'French',
  es: 'Spanish',
  it: 'Italian',
  pt: 'Portuguese',
  nl: 'Dutch'
}

function isLike(outside: Outside): string {
  switch (outside.reason) {
    case 'script':
      return `This text is ${SCRIPTS[outside.script]}`
    case 'language':
      return `This text looks ${LANGUAGES[outside.language]}`
    case 'no-words':
      return 'This text has no words'
    case 'code':
      return 'This text looks like code'
    case 'unknown-words':
      return 'The model knows few of these words'
    case 'no-date':
      return 'The model found no date in this text'
  }
}

export const outside = section('outside', {
  /** The use that the model was made for, and the reason. */
  says: (use: ModelUse, outside: Outside) =>
    outside.reason === 'no-date'
      ? `${isLike(outside)}. It reads ${USES[use]}, with a year, a month and a day.`
      : `${isLike(outside)}. The model was made for ${USES[use]}, so its answer means little.`,
  noDate: 'No date',
  wrote: (written: string) => `The model wrote ${written}`
})
