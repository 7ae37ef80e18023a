/**
 * The patterns of widely used tokenizers, as they stand in tokenizer.json. On any text each takes time that grows
 * linearly with the text's length, so they may run as native regular expressions.
 */

/** The words of OpenAI's cl100k, with the pattern for digits of a family of models. */
export function cl100kWords(digits: string): string {
  return (
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" +
    `${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`
  )
}

const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]'
const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'

/** The words of OpenAI's o200k: a word in capitals ends where a small letter begins. */
function o200kWords(contractions: string, digits: string): string {
  const start = '[^\\r\\n\\p{L}\\p{N}]?'
  return (
    `${start}${upper}*${lower}+${contractions}|${start}${upper}+${lower}*${contractions}|` +
    `${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`
  )
}

/** The patterns by the tokenizers that have them. */
export const knownPatterns: Readonly<Record<string, string>> = {
  'GPT-2': "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  'cl100k, Llama 3': cl100kWords('\\p{N}{1,3}'),
  'Qwen 2': cl100kWords('\\p{N}'),
  o200k: o200kWords("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", '\\p{N}{1,3}'),
  Tekken: o200kWords('', '\\p{N}'),
  CLIP: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
  'digits in threes': '\\p{N}{1,3}',
  'one digit': '\\p{N}',
  Falcon: '[0-9][0-9][0-9]',
  'several blanks': ' {2,}'
}
