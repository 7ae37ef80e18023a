/** Reads and writes the hash of a link: the text, its settings and the selection, so that a reload or a shared link shows the same. */
import type { Part } from 'attenscope'
import { listEdits, type ListedEdit } from 'attenscope/elements'

export interface LinkState {
  readonly text?: string
  /** The edits of the model. */
  readonly edits?: readonly ListedEdit[]
  readonly seed?: number
  readonly temperature?: number
  readonly topK?: number
  readonly pace?: number
  readonly beams?: number
  /** The attention that is shown, for a model with several parts. */
  readonly part?: Part
  readonly layer?: number
  readonly head?: number
  /** The locked query, and the locked key: beside the query or alone. */
  readonly token?: number
  readonly key?: number
}

const NUMBERS = ['seed', 'temperature', 'topK', 'pace', 'beams', 'layer', 'head', 'token', 'key'] as const
const PARTS: readonly string[] = ['decoder', 'encoder', 'cross'] satisfies Part[]

/** Anyone can write a hash: bad numbers and unknown parts are ignored. */
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

/** Text that is not a list of edits becomes an edit that the element refuses, with that text in its message. */
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
