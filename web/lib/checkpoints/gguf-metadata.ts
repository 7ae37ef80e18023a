/** A GGUF file's metadata, with errors that name a key. */

import { AttenscopeError } from '../errors.js'
import type { GgufValue } from '../formats/gguf.js'

export class GgufMetadata {
  readonly file: string
  private readonly _values: ReadonlyMap<string, GgufValue>

  constructor(values: ReadonlyMap<string, GgufValue>, file: string) {
    this._values = values
    this.file = file
  }

  get(key: string): GgufValue | undefined {
    return this._values.get(key)
  }

  keys(): readonly string[] {
    return [...this._values.keys()]
  }

  text(key: string): string | undefined {
    const value = this.get(key)
    if (value === undefined || typeof value === 'string') return value
    throw this.bad(key, 'a text')
  }

  flag(key: string): boolean | undefined {
    const value = this.get(key)
    if (value === undefined || typeof value === 'boolean') return value
    throw this.bad(key, 'true or false')
  }

  list(key: string): readonly unknown[] | undefined {
    const value = this.get(key)
    if (value === undefined || Array.isArray(value)) return value
    throw this.bad(key, 'an array')
  }

  /** Throws 'unsupported' for a value that would change the result, unless it is absent or one that is honoured. */
  accept(key: string, ...honoured: readonly unknown[]): void {
    const value = this.get(key)
    if (value !== undefined && !honoured.includes(value)) throw this.unsupported(key, ...honoured)
  }

  unsupported(key: string, ...honoured: readonly unknown[]): AttenscopeError {
    const instead = honoured.length > 0 ? `; supported: ${honoured.join(', ')}` : ', which is not honoured'
    return new AttenscopeError(
      'unsupported',
      `${this.file}: '${key}' is ${String(this.get(key)).slice(0, 80)}${instead}`
    )
  }

  bad(key: string, expected: string): AttenscopeError {
    return new AttenscopeError(
      'bad-model',
      `${this.file}: '${key}' is ${String(this.get(key)).slice(0, 80)}, expected ${expected}`
    )
  }
}
