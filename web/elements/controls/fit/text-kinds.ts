/** The script, the language and the form of a text, by Unicode's scripts and short lists of common words. */

/** The scripts that a message can name; all others are 'other'. */
const SCRIPTS = [
  ...(['Latin', 'Han', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Devanagari', 'Bengali', 'Thai', 'Hangul'] as const)
] as const

/** 'Japanese' stands for Hiragana and Katakana, and for Han beside them. */
export type ScriptName = (typeof SCRIPTS)[number] | 'Japanese' | 'other'

const tests: readonly (readonly [ScriptName, RegExp])[] = [
  ...SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const),
  ['Japanese', /[\p{Script=Hiragana}\p{Script=Katakana}ー]/u]
]

/** How many letters of a text are in each script. */
export function scriptsOf(text: string): ReadonlyMap<ScriptName, number> {
  const counts = new Map<ScriptName, number>()
  for (const letter of text.normalize('NFKC').match(/\p{L}/gu) ?? []) {
    const script = tests.find(([, test]) => test.test(letter))?.[0] ?? 'other'
    counts.set(script, (counts.get(script) ?? 0) + 1)
  }
  const han = counts.get('Han')
  const kana = counts.get('Japanese')
  if (kana && han) {
    counts.delete('Han')
    counts.set('Japanese', kana + han)
  }
  return counts
}

export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{L}[\p{L}\p{M}'’]*/gu) ?? []
}

/** An eighth of the characters, and at least three, are signs of programs or markup. */
export function looksLikeCode(text: string): boolean {
  const visible = text.replace(/\s/g, '')
  const signs = visible.match(/[{}[\]<>=;_\\|*^~`@#$]|\w\(|\)(?=[;{.)]|$)|\/\/|\/>|=>/g) ?? []
  return signs.length >= 3 && signs.length >= visible.length / 8
}

/** Common words of some European languages that are no common words of English. */
const COMMON = {
  de: 'der das ist und ein eine nicht ich sie wir mit auf den dem zu von es sind haben auch wie für im',
  fr: 'le la les est et un une des pas je il elle nous vous dans que qui ce sur pour du au sont avec très',
  es: 'el la los las es y un una no yo él ella que de en con por para muy está son mi su del al como',
  it: 'il lo la gli è e un una non io lui lei che di in con per molto sono mio suo del della come',
  pt: 'o os as é e um uma não eu ele ela que de em com por para muito são meu seu do da como está',
  nl: 'de het is en een niet ik hij zij wij met op van voor zijn hebben ook dat die er aan naar heeft'
} as const

export type Language = keyof typeof COMMON

const ENGLISH = new Set(
  (
    'the a an and of to in is was it i he she they we you this that not with for on at as are be have has had but his ' +
    'her my your do no so me him them from by what who where when how there will would can could if or very'
  ).split(' ')
)

/** The other language whose common words are more than the English ones, and at least two; else undefined. */
export function otherLanguage(text: string): Language | undefined {
  const words = wordsOf(text)
  const english = words.filter((word) => ENGLISH.has(word)).length
  const counted = (Object.keys(COMMON) as Language[]).map((language) => {
    const common = new Set(COMMON[language].split(' '))
    return { language, count: words.filter((word) => common.has(word)).length }
  })
  const [most] = counted.sort((a, b) => b.count - a.count)
  return most && most.count >= 2 && most.count > english ? most.language : undefined
}
