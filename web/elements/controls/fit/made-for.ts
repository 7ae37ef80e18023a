/** What each shipped model was made for, and the rule that says whether a text is outside of it. */
import { looksLikeCode, otherLanguage, scriptsOf, wordsOf, type Language, type ScriptName } from './text-kinds.js'

interface Use {
  /** The scripts of the texts that the model was trained on. */
  readonly scripts: readonly ScriptName[]
  /** True if the texts are English sentences; false for a model of dates, which need no words. */
  readonly isEnglish: boolean
}

/** By the names of the models' folders. */
export const MADE_FOR = {
  stories: { scripts: ['Latin'], isEnglish: true },
  translate: { scripts: ['Latin'], isEnglish: true },
  sentiment: { scripts: ['Latin'], isEnglish: true },
  dates: { scripts: ['Latin', 'Han'], isEnglish: false }
} as const satisfies Readonly<Record<string, Use>>

/** The name of a shipped model, which says what its texts are: `made-for` takes one. */
export type ModelUse = keyof typeof MADE_FOR

/** The reason why a text is outside. */
export type Outside =
  | { readonly reason: 'script'; readonly script: ScriptName }
  | { readonly reason: 'language'; readonly language: Language }
  | { readonly reason: 'no-words' | 'code' | 'unknown-words' | 'no-date' }

/** A text in another script is outside if at least this share of its letters is in other scripts. */
const OTHER_SCRIPT = 0.2
/** A word that the tokenizer knows has one token or two: more tokens a word, and fewer letters a token, are unknown. */
const TOKENS_A_WORD = 2.5
const LETTERS_A_TOKEN = 1.5

/**
 * The reason why a text is outside what a model was made for; undefined if it is not, and for an empty text, which needs
 * no warning. The rule, in its order:
 *
 * 1. `script`: a fifth of the letters or more are in a script that the model was not trained on.
 * 2. `no-words`: there is no letter, as in emoji, signs or numbers alone. A date may be numbers alone.
 * 3. `code`: an eighth of the characters or more are signs of programs or markup.
 * 4. `language`: more common words of another European language than of English, and at least two.
 * 5. `unknown-words`: more than 2.5 tokens a word and fewer than 1.5 letters a token, as the model's tokenizer cuts it.
 *
 * `tokenCount` is the number of the text's tokens without special ones; without it, rule 5 does not apply.
 */
export function outsideOf(text: string, use: ModelUse, tokenCount?: number): Outside | undefined {
  const { scripts, isEnglish }: Use = MADE_FOR[use]
  if (text.trim() === '') return undefined
  const letters = scriptsOf(text)
  const all = [...letters.values()].reduce((sum, count) => sum + count, 0)
  const [other] = [...letters].filter(([script]) => !scripts.includes(script)).sort(([, a], [, b]) => b - a)
  const others = [...letters].reduce((sum, [script, count]) => sum + (scripts.includes(script) ? 0 : count), 0)
  if (other && others >= OTHER_SCRIPT * all) return { reason: 'script', script: other[0] }
  if (all === 0 && (isEnglish || !/\p{N}/u.test(text))) return { reason: 'no-words' }
  if (looksLikeCode(text)) return { reason: 'code' }
  if (!isEnglish) return undefined
  const language = otherLanguage(text)
  if (language) return { reason: 'language', language }
  if (tokenCount === undefined) return undefined
  // Signs and digits have tokens of their own.
  const tokens = tokenCount - (text.match(/[^\p{L}\p{M}\s]/gu) ?? []).length
  const isUnknown = tokens > TOKENS_A_WORD * wordsOf(text).length && all < LETTERS_A_TOKEN * tokens
  return isUnknown ? { reason: 'unknown-words' } : undefined
}
