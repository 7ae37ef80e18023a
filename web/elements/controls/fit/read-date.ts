/** Whether the date that a model wrote stands in the text that it read. */

/** The least probability of the written characters together; for real dates the model has more than 0.95. */
const LEAST_PROBABILITY = 0.9

const MONTHS = 'january february march april may june july august september october november december'.split(' ')
const ROMAN = 'i ii iii iv v vi vii viii ix x xi xii'.split(' ')
const NUMBER_WORDS = new RegExp(
  '^(' +
    'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(thir|four|fif|six|seven|eigh|nine)teen|' +
    '(twen|thir|for|fif|six|seven|eigh|nine)t(y|ieth)|first|second|third|(four|fif|six|seven|eigh|nin|ten|eleven|twelf|' +
    '(thir|four|fif|six|seven|eigh|nine)teen)th|hundred|thousand)$'
)
const HAN_NUMBER = /[〇○零一二三四五六七八九十廿卅壹贰貳叁參肆伍陆陸柒捌玖拾两兩]+/gu
/** A weekday in Chinese has a number that belongs to no date. */
const HAN_WEEKDAY = /(星期|礼拜|禮拜|周|週)[一二三四五六日天]/gu

interface WrittenDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** A date of ISO 8601 that the calendar has; undefined for all other texts. */
export function realDate(written: string): WrittenDate | undefined {
  const [, year = NaN, month = NaN, day = NaN] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(written) ?? []).map(Number)
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? { year, month, day }
    : undefined
}

/**
 * True if a model of dates read a date: what it wrote is a real date, its characters together have a probability of at
 * least 0.9, and the text has at least three pieces of it: numbers of the date, the name of its month, numbers in words
 * or in Chinese. `probability` is undefined where the search does not tell it.
 */
export function isDateOf(text: string, written: string, probability: number | undefined): boolean {
  const date = realDate(written)
  if (!date || (probability ?? 1) < LEAST_PROBABILITY) return false
  return pieces(text.normalize('NFKC').toLowerCase().replace(HAN_WEEKDAY, ' '), date) >= 3
}

function pieces(text: string, date: WrittenDate): number {
  const words = text.match(/[a-z]+/g) ?? []
  const inWords = words.filter((word) => NUMBER_WORDS.test(word)).length
  const inHan = (text.match(HAN_NUMBER) ?? []).length
  const hasMonth = words.some((word) => isMonth(word, date.month))
  return inNumbers(text, date) + Math.min(2, inWords) + inHan + (hasMonth ? 1 : 0)
}

function isMonth(word: string, month: number): boolean {
  const name = MONTHS[month - 1] ?? ''
  return (
    word.startsWith(name.slice(0, 3)) || word === ROMAN[month - 1] || (word.length > 3 && distance(word, name) <= 2)
  )
}

/** How many numbers of the text are the year, the month or the day; each of them counts once. */
function inNumbers(text: string, { year, month, day }: WrittenDate): number {
  const two = (value: number) => String(value % 100).padStart(2, '0')
  const [yy, mm, dd] = [two(year), two(month), two(day)]
  const joined = [year, yy].flatMap((y) => [`${y}${mm}${dd}`, `${dd}${mm}${y}`, `${mm}${dd}${y}`])
  const rest = [
    [String(year), yy],
    [String(month), mm],
    [String(day), dd]
  ]
  let found = 0
  for (const number of text.match(/\d+/g) ?? []) {
    if (joined.includes(number)) return 3
    const at = rest.findIndex((forms) => forms.includes(number))
    if (at >= 0) found += rest.splice(at, 1).length
  }
  return found
}

/** The edit distance (Levenshtein 1966): letters that are added, left out or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
