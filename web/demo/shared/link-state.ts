/** What a link carries after its #: the text, its settings, and what is in hand, so that a reload or a friend sees the same. */
import type { Part } from 'attenscope'
import { listEdits, type ListedEdit } from 'attenscope/elements'

export interface LinkState {
  readonly text?: string
  /** What was changed about the model. */
  readonly edits?: readonly ListedEdit[]
  readonly seed?: number
  readonly temperature?: number
  readonly pace?: number
  readonly beams?: number
  /** Whose attention, of a model with several parts. */
  readonly part?: Part
  readonly layer?: number
  readonly head?: number
  /** The held token, and the key it is compared with or that is held by itself. */
  readonly token?: number
  readonly key?: number
}

const NUMBERS = ['seed', 'temperature', 'pace', 'beams', 'layer', 'head', 'token', 'key'] as const
const PARTS: readonly string[] = ['decoder', 'encoder', 'cross'] satisfies Part[]

/** A hash is written by anyone: what is no plain number, or no part, is left out. */
export function readLink(hash: string): LinkState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const text = parameters.get('text')
  const part = parameters.get('part')
  const edits = readEdits(parameters)
  const numbers = NUMBERS.flatMap((name) => {
    const value = parameters.get(name)
    const isPlain = name === 'temperature' ? /^\d+(\.\d+)?$/ : /^\d+$/
    return value !== null && isPlain.test(value) ? [[name, Number(value)]] : []
  })
  return {
    ...(text !== null && { text }),
    ...(edits && { edits }),
    ...(part !== null && PARTS.includes(part) && { part: part as Part }),
    ...Object.fromEntries(numbers)
  }
}

/** What is no list of edits is one that the element refuses by its name. */
export function readEdits(parameters: URLSearchParams): readonly ListedEdit[] | undefined {
  const json = parameters.get('edits')
  if (json === null) return undefined
  try {
    const list: unknown = JSON.parse(json)
    return listEdits(Array.isArray(list) ? list : [list])
  } catch {
    return listEdits([{ at: json }])
  }
}

export function writeLink(state: LinkState): string {
  const parameters = new URLSearchParams()
  for (const name of ['text', 'part', ...NUMBERS] as const) {
    const value = state[name]
    if (value !== undefined) parameters.set(name, String(value))
  }
  if (state.edits && state.edits.length > 0) parameters.set('edits', JSON.stringify(state.edits))
  return `#${parameters}`
}

/** Browsers refuse a history that changes with every letter typed. */
const LINK_DELAY_MS = 250

/** What puts `hash()` into the page's link: soon, and at once where the reader leaves in the meantime. */
export function linkWriter(hash: () => string): () => void {
  let timer = 0
  const write = () => {
    clearTimeout(timer)
    timer = 0
    history.replaceState(null, '', hash())
  }
  const writeWhatWaits = () => timer !== 0 && write()
  // Before the next page is asked for: later is too late.
  document.addEventListener('click', writeWhatWaits, { capture: true })
  window.addEventListener('pagehide', writeWhatWaits)
  return () => {
    clearTimeout(timer)
    timer = window.setTimeout(write, LINK_DELAY_MS)
  }
}
