/** English plurals. */
const rules = new Intl.PluralRules('en')

/** 'token' for 1, 'tokens' for every other number. */
export function plural(count: number, one: string, other: string): string {
  return rules.select(count) === 'one' ? one : other
}
