/** Describes an edit in words for the list. */
import { parseTraceName, type AttentionSettings, type Edit, type PositionSettings, type Token } from 'attenscope'
import { change as words } from '../words/change.js'
import { significant } from '../parts/format.js'
import { labelText } from '../parts/token-text.js'

/** The tokens of the queries and keys that the numbers of an edit refer to. */
export interface EditTokens {
  readonly queries: readonly Token[]
  readonly keys: readonly Token[]
}

export function describeEdit(edit: Edit, tokens: EditTokens): string {
  const said = sentence(edit, tokens)
  return edit.step === undefined || edit.step === 0 ? said : `${said}, ${words.said.steps(edit.step)}`
}

function sentence(edit: Edit, tokens: EditTokens): string {
  const { op, set } = edit
  const { said } = words
  if (set !== undefined) return said.configure(placeOf(edit, tokens), settingsOf(set, tokens))
  const what = placeOf(edit, tokens)
  const value = Array.isArray(edit.value) ? said.vector : significant(Number(edit.value)).replace('-', '−')
  switch (op) {
    case 'zero':
      return said.zero(what)
    case 'mean':
      return said.mean(what, Array.isArray(edit.from) ? edit.from.length : undefined)
    case 'scale':
      return said.scale(what, value)
    case 'add':
      return said.add(what, value)
    case 'set':
      return said.set(what, value)
    case 'renormalise':
      return said.renormalise(what)
    case 'patch':
      return said.patch(what, sourceOf(edit.from))
    default:
      return JSON.stringify(edit)
  }
}

/** 'head 2 of layer 1, dog → the'. */
function placeOf({ at, head, query, key }: Edit, { queries, keys }: EditTokens): string {
  const { said } = words
  const { site, stage } = parseTraceName(at) ?? {}
  const isHead = site === 'attn' || site === 'cross'
  const isPlain = stage === undefined || stage === 'pattern' || stage === 'head_output'
  const what = !isHead ? at : isPlain ? said.head(at, head) : `${said.head(at, head)} (${stage})`
  if (query !== undefined && key !== undefined)
    return said.weight(what, tokenText(queries, query), tokenText(keys, key))
  if (query !== undefined) return said.row(what, tokenText(queries, query))
  return key !== undefined ? said.column(what, tokenText(keys, key)) : what
}

function settingsOf(set: AttentionSettings | PositionSettings, { keys }: EditTokens): string {
  return Object.entries(set)
    .map(([name, value]) => {
      const hidden = name !== 'mask' || typeof value !== 'object' || Array.isArray(value) ? value : value.keys
      if (name === 'mask' && Array.isArray(hidden))
        return words.said.hide(hidden.map((key: number) => tokenText(keys, key)).join(', '))
      return `${name} ${typeof value === 'object' ? plain(value) : String(value)}`
    })
    .join(', ')
}

function plain(value: unknown): string {
  return JSON.stringify(value).replace(/[{}"]/g, '').replaceAll(':', ' ').replaceAll(',', ', ')
}

function sourceOf(from: Edit['from']): string {
  const input = from && 'input' in from ? from.input : undefined
  return typeof input === 'string' ? words.said.otherText(input) : words.said.saved
}

function tokenText(tokens: readonly Token[], index: number): string {
  return tokens[index] ? labelText(tokens, index) : `#${index}`
}
