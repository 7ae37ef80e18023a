/** The metadata of a GGUF file: reads keys by type, with errors that name the key. */

import { AttenscopeError } from '../errors.js'
import type { GgufValue } from '../formats/gguf.js'

/** The metadata of one file. A key of the wrong type throws 'bad-model'. */
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

  /** Throws 'unsupported' unless the key is absent or has one of the supported values. */
  accept(key: string, ...supported: readonly unknown[]): void {
    const value = this.get(key)
    if (value !== undefined && !supported.includes(value)) throw this.unsupported(key, ...supported)
  }

  unsupported(key: string, ...supported: readonly unknown[]): AttenscopeError {
    const instead = supported.length > 0 ? `; supported: ${supported.join(', ')}` : ', which is not supported'
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
