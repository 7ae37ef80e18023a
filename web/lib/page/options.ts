/** Checks the options of each call before anything is computed. An error names the wrong option. */

import { dtypes, threadKinds, variants } from '../choices.js'
import { copyEdits } from '../edits/copy-edits.js'
import { AttenscopeError } from '../errors.js'
import { kindOf } from '../formats/json.js'
import { isNode } from '../sources/node-modules.js'
import type { GenerationSettings, SearchSettings } from '../wire/calls.js'
import type {
  ChatMessage,
  Dtype,
  Edit,
  GenerateOptions,
  Input,
  LoadOptions,
  PageSettings,
  RunOptions,
  SourceOptions,
  Target,
  TextPair,
  TokenIds,
  TranslateOptions
} from '../types/index.js'

/** The default of maxNewTokens: a model's whole context may be longer than the memory allows. */
const defaultNewTokens = 2048

/** More threads than any machine that opens a page. */
const mostThreads = 1024

export function checkLoadOptions({ dtype = 'auto', threads, variant, thread }: LoadOptions): {
  dtype: Dtype
  threads: number
} {
  oneOf('dtype', dtype, dtypes)
  oneOf('variant', variant, variants)
  oneOf('thread', thread, threadKinds)
  return { dtype, threads: integer('threads', threads, 1, mostThreads) ?? 1 }
}

/** Checks the settings of a page. A wrong name is refused, because it would have no effect. */
export function checkPageSettings(settings: PageSettings): void {
  object(settings)
  const { thread, workerUrl, wasmUrl, ...unknown } = settings
  for (const name of Object.keys(unknown)) {
    throw new AttenscopeError('option', `a page has no setting '${name}'; it has thread, workerUrl and wasmUrl`)
  }
  oneOf('thread', thread, threadKinds)
  addressOf('workerUrl', workerUrl)
  addressOf('wasmUrl', wasmUrl)
}

/** The address of a file of the package; a relative one is relative to the page, or in Node to the working folder. */
export function addressOf(name: string, address: string | URL | undefined): URL | undefined {
  if (address === undefined || address instanceof URL) return address
  const base = isNode ? `file://${process.cwd()}/` : (globalThis.document?.baseURI ?? globalThis.location?.href)
  try {
    return new URL(address, base)
  } catch {
    throw new AttenscopeError('option', `${name} is ${kindOf(address)}, expected an address`)
  }
}

/** Checks the options for access to a source. An error never contains the token. */
export function checkSourceOptions({ token, hub }: SourceOptions): SourceOptions {
  if (token !== undefined && (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))) {
    throw new AttenscopeError('option', 'token is expected to be a text without spaces')
  }
  if (hub !== undefined && !/^https?:\/\//.test(String(hub))) {
    throw new AttenscopeError(
      'option',
      `hub is ${kindOf(hub)}, expected an address that begins with http:// or https://`
    )
  }
  return { ...(token !== undefined && { token }), ...(hub !== undefined && { hub }) }
}

/** Copies the known fields of an input, so that the copy can always be sent to a worker. */
export function checkInput(input: Input): Input {
  if (typeof input === 'string') return input
  const given = typeof input === 'object' && input !== null ? input : {}
  if ('messages' in given) return { messages: checkMessages(given.messages) }
  if (!('text' in given)) return checkIds(input as TokenIds, 'input')
  const { text, pair }: TextPair = given as TextPair
  for (const [name, value] of Object.entries({ text, pair: pair ?? '' })) {
    if (typeof value !== 'string') throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected a text`)
  }
  return { text, ...(pair !== undefined && { pair }) }
}

/** Copies a target: a text or ids. */
export function checkTarget(target: Target): Target {
  return typeof target === 'string' ? target : { ids: checkIds(target, 'target').ids }
}

function checkIds(input: TokenIds, what: string): TokenIds {
  const { ids, typeIds, attentionMask }: Partial<TokenIds> = typeof input === 'object' && input !== null ? input : {}
  if (!isList(ids)) {
    throw new AttenscopeError('option', `the ${what} is ${kindOf(input)}, expected a text or { ids: [1, 2, 3] }`)
  }
  return {
    ids: Array.from(ids),
    ...(typeIds !== undefined && { typeIds: listOfTokens('typeIds', typeIds, ids.length) }),
    ...(attentionMask !== undefined && { attentionMask: listOfTokens('attentionMask', attentionMask, ids.length) })
  }
}

/** True for arrays and typed arrays. */
function isList(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}

function listOfTokens(name: string, value: unknown, count: number): number[] {
  if (!isList(value) || value.length !== count) {
    throw new AttenscopeError(
      'option',
      `${name} is ${kindOf(value)}, expected a list of ${count} numbers, one for each id`
    )
  }
  const numbers = Array.from(value)
  const wrong = numbers.find((number) => !Number.isInteger(number) || number < 0)
  if (wrong !== undefined) throw new AttenscopeError('option', `${name} holds ${kindOf(wrong)}, expected integers ≥ 0`)
  return numbers
}

function checkMessages(messages: unknown): ChatMessage[] {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new AttenscopeError('option', `messages is ${kindOf(messages)}, expected a list of { role, content }`)
  }
  return messages.map((message: Partial<ChatMessage> | null, i) => {
    const { role, content } = message ?? {}
    if (typeof role === 'string' && typeof content === 'string') return { role, content }
    throw new AttenscopeError(
      'option',
      `messages[${i}] is ${kindOf(message)}, expected { role, content } with two texts`
    )
  })
}

export function checkRunOptions(
  options: RunOptions
): Required<Pick<RunOptions, 'capture' | 'edits'>> &
  Pick<RunOptions, 'logits'> & { readonly promptTokens: number | undefined } {
  object(options)
  oneOf('logits', options.logits, ['all', 'last', 'none'])
  return {
    ...(options.logits !== undefined && { logits: options.logits }),
    capture: texts('capture', options.capture),
    edits: copyEdits(options.edits),
    promptTokens: integer('promptTokens', options.promptTokens, 1, Number.MAX_SAFE_INTEGER)
  }
}

export function checkGenerateOptions(options: GenerateOptions): GenerationSettings {
  object(options)
  const stop = texts('stop', options.stop)
  if (stop.includes(''))
    throw new AttenscopeError('option', 'stop holds an empty text, which would end every generation')
  return {
    maxNewTokens: integer('maxNewTokens', options.maxNewTokens, 0, Number.MAX_SAFE_INTEGER) ?? defaultNewTokens,
    temperature: number('temperature', options.temperature, 0, mostFloat32) ?? 0,
    // Larger numbers do not fit into the engine's integers; they mean all tokens anyway.
    topK: Math.min(integer('topK', options.topK, 0, Number.MAX_SAFE_INTEGER) ?? 0, 2 ** 31 - 1),
    topP: number('topP', options.topP, leastProbability, 1) ?? 1,
    seed: foldSeed(integer('seed', options.seed, 0, Number.MAX_SAFE_INTEGER) ?? 0),
    stop,
    capture: texts('capture', options.capture),
    edits: copyEdits(options.edits),
    promptTokens: integer('promptTokens', options.promptTokens, 1, Number.MAX_SAFE_INTEGER)
  }
}

export function checkTranslateOptions(
  options: TranslateOptions
): SearchSettings & { readonly capture: string[]; readonly edits: Edit[] } {
  object(options)
  return {
    numBeams: integer('numBeams', options.numBeams, 1, mostBeams),
    lengthPenalty: number('lengthPenalty', options.lengthPenalty, -mostLengthPenalty, mostLengthPenalty),
    maxLength: integer('maxLength', options.maxLength, 2, Number.MAX_SAFE_INTEGER),
    noRepeatNgramSize: integer('noRepeatNgramSize', options.noRepeatNgramSize, 0, Number.MAX_SAFE_INTEGER),
    capture: texts('capture', options.capture),
    edits: copyEdits(options.edits)
  }
}

/** Each beam is a run of its own. More beams than this improve no translation. */
const mostBeams = 64
/** A length to this power is still a finite number. */
const mostLengthPenalty = 8

// The engine's numbers are float32: a smaller probability would become 0, a larger number infinite.
const leastProbability = 2 ** -126
const mostFloat32 = (2 - 2 ** -23) * 2 ** 127

/**
 * Folds a seed into the engine's 32 bits. The upper bits of a larger seed, such as a time in milliseconds, still count.
 */
function foldSeed(seed: number): number {
  return ((seed % 2 ** 32) ^ Math.floor(seed / 2 ** 32)) >>> 0
}

function integer(name: string, value: number | undefined, from: number, to: number): number | undefined {
  if (value === undefined) return undefined
  if (!Number.isInteger(value) || value < from || value > to) {
    const range = to === Number.MAX_SAFE_INTEGER ? `an integer ≥ ${from}` : `an integer from ${from} to ${to}`
    throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected ${range}`)
  }
  return value
}

function number(name: string, value: number | undefined, from: number, to: number): number | undefined {
  if (value === undefined) return undefined
  if (!Number.isFinite(value) || value < from || value > to) {
    const range = from === leastProbability ? `a number above 0, up to ${to}` : `a number from ${from} to ${to}`
    throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected ${range}`)
  }
  return value
}

function object(options: unknown): void {
  if (typeof options === 'object' && options !== null) return
  throw new AttenscopeError('option', `the options are ${kindOf(options)}, expected an object`)
}

function oneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return
  throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected one of: ${allowed.join(', ')}`)
}

function texts(name: string, value: readonly string[] | undefined): string[] {
  const items = list<unknown>(name, value)
  for (const item of items) {
    if (typeof item !== 'string') throw new AttenscopeError('option', `${name} holds ${kindOf(item)}, expected texts`)
  }
  return items as string[]
}

function list<T>(name: string, value: readonly T[] | undefined): T[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected a list`)
  return [...value]
}
