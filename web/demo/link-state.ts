/** What a link carries after its #: the prompt, its settings, and what is in hand, so that a reload or a friend sees the same. */

export interface LinkState {
  readonly prompt?: string
  readonly seed?: number
  readonly temperature?: number
  readonly pace?: number
  readonly layer?: number
  readonly head?: number
  /** The held token, and the key it is compared with. */
  readonly token?: number
  readonly key?: number
}

const NUMBERS = ['seed', 'temperature', 'pace', 'layer', 'head', 'token', 'key'] as const

/** A hash is written by anyone: what is no plain number is left out. */
export function readLink(hash: string): LinkState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const prompt = parameters.get('prompt')
  const numbers = NUMBERS.flatMap((name) => {
    const text = parameters.get(name)
    return text !== null && /^\d+(\.\d+)?$/.test(text) ? [[name, Number(text)]] : []
  })
  return { ...(prompt !== null && { prompt }), ...Object.fromEntries(numbers) }
}

export function writeLink(state: LinkState): string {
  const parameters = new URLSearchParams()
  if (state.prompt !== undefined) parameters.set('prompt', state.prompt)
  for (const name of NUMBERS) {
    const value = state[name]
    if (value !== undefined) parameters.set(name, String(value))
  }
  return `#${parameters}`
}
