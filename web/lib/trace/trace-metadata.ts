/** Writes and checks the metadata of a trace file: the model, the tokens, and the edits of the run. */

import { AttenscopeError, describe } from '../errors.js'
import { isJsonObject } from '../formats/json.js'
import type { TraceContents } from './captured-trace.js'

type Described = Omit<TraceContents, 'captured'>

const fields = ['info', 'tokens', 'targetTokens', 'queries', 'edits', 'lens'] as const
const optional: readonly string[] = ['targetTokens', 'queries', 'edits', 'lens']

export function toMetadata(contents: Described): Record<string, string> {
  return Object.fromEntries(
    fields.filter((field) => contents[field] !== undefined).map((field) => [field, JSON.stringify(contents[field])])
  )
}

export function fromMetadata(metadata: Readonly<Record<string, string>>, file: string): Described {
  const described = Object.fromEntries(
    fields
      .filter((field) => !optional.includes(field) || metadata[field] !== undefined)
      .map((field) => [field, parse(metadata[field] ?? '', field, file)])
  )
  const { info, tokens, targetTokens, lens } = described
  const all = targetTokens ?? tokens
  const { queries = { first: 0, count: Array.isArray(all) ? all.length : 0 }, edits = [] } = described
  const isSound =
    isInfo(info) &&
    isTokens(tokens) &&
    (info['kind'] === 'encoder-decoder' ? isTokens(targetTokens) : targetTokens === undefined) &&
    isJsonObject(queries) &&
    isCount(queries['first']) &&
    isCount(queries['count']) &&
    Array.isArray(edits) &&
    (lens === undefined || isLens(lens))
  if (!isSound)
    throw new AttenscopeError(
      'bad-model',
      `${file}: the metadata is not that of a trace: wrong info, tokens, targetTokens, queries, edits or lens`
    )
  return { ...described, queries, edits } as unknown as Described
}

function parse(text: string, field: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AttenscopeError('bad-model', `${file}: ${field} in its metadata is not JSON: ${describe(error)}`)
  }
}

/** Checks only the fields that a trace needs for its answers. */
function isInfo(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isJsonObject(value) || typeof value['family'] !== 'string' || !isJsonObject(value['parts'])) return false
  const parts = Object.values(value['parts'])
  return (
    parts.length > 0 &&
    parts.every(
      (part) =>
        isJsonObject(part) &&
        isCount(part['N']) &&
        Array.isArray(part['layers']) &&
        part['layers'].every(isCount) &&
        (part['learnedQuery'] === undefined || part['learnedQuery'] === true)
    )
  )
}

function isTokens(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((token) => isJsonObject(token) && isCount(token['id']) && typeof token['text'] === 'string')
  )
}

function isLens(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (reading) =>
        isJsonObject(reading) &&
        isCount(reading['layer']) &&
        isCount(reading['query']) &&
        typeof reading['entropy'] === 'number' &&
        Array.isArray(reading['top']) &&
        reading['top'].every(
          (guess) =>
            isJsonObject(guess) &&
            isTokens([guess['token']]) &&
            typeof guess['logit'] === 'number' &&
            typeof guess['probability'] === 'number'
        )
    )
  )
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
}
