/** Checks the model of a tokenizer.json, its vocabulary and merges, before the library reads it: the file may hold anything. */

import { AttenscopeError } from '../errors.js'
import { isJsonObject, kindOf, type JsonObject } from '../formats/json.js'

/** The longest token, in UTF-16 units. The longest of known vocabularies have some 200. */
const maxTokenLength = 4096
const maxId = 2 ** 31 - 1

/** Throws 'bad-model' with the entry that is wrong. */
export function checkTokenizerModel(tokenizer: JsonObject, file: string): void {
  const model = tokenizer['model']
  if (!isJsonObject(model)) return
  const bad = (what: string, found: unknown, expected: string) =>
    new AttenscopeError('bad-model', `${file}: ${what} is ${kindOf(found)}, expected ${expected}`)
  const checkToken = (token: string, index: number) => {
    if (token.length > maxTokenLength) {
      throw new AttenscopeError(
        'bad-model',
        `${file}: token ${index} has ${token.length} characters; the limit is ${maxTokenLength}`
      )
    }
  }
  const { vocab, merges } = model
  if (Array.isArray(vocab)) {
    vocab.forEach((entry: unknown, id) => {
      const [token, score]: unknown[] = Array.isArray(entry) ? entry : []
      if (typeof token !== 'string') throw bad(`model.vocab[${id}]`, entry, 'a token and its score')
      if (typeof score !== 'number') throw bad(`the score of model.vocab[${id}]`, score, 'a number')
      checkToken(token, id)
    })
  } else if (isJsonObject(vocab)) {
    let index = 0
    for (const [token, id] of Object.entries(vocab)) {
      if (!Number.isInteger(id) || (id as number) < 0 || (id as number) > maxId) {
        throw bad(`the id of token ${JSON.stringify(token.slice(0, 40))}`, id, `an integer from 0 to ${maxId}`)
      }
      checkToken(token, index++)
    }
  }
  if (Array.isArray(merges)) {
    merges.forEach((merge: unknown, rank) => {
      const isPair = Array.isArray(merge) && merge.length === 2 && merge.every((part) => typeof part === 'string')
      if (typeof merge !== 'string' && !isPair) throw bad(`model.merges[${rank}]`, merge, 'two tokens')
    })
  }
}
