/** Reads a config file field by field, checks type and limits, and names the field in every error. */

import { AttenscopeError } from '../errors.js'
import { isJsonObject, kindOf, type JsonObject } from '../formats/json.js'

/**
 * A config or one section of it. An absent or null field takes the default, as in transformers. Every reader throws
 * 'bad-model' for a value of the wrong type or beyond the limits, and for an absent field without a default.
 */
export class ConfigReader {
  readonly values: JsonObject
  private readonly _file: string
  private readonly _prefix: string

  constructor(values: JsonObject, file = 'config.json', prefix = '') {
    this.values = values
    this._file = file
    this._prefix = prefix
  }

  /** The same config with other defaults. */
  with(defaults: JsonObject): ConfigReader {
    const given = Object.entries(this.values).filter(([, value]) => value !== null)
    return new ConfigReader({ ...defaults, ...Object.fromEntries(given) }, this._file, this._prefix)
  }

  /** An integer from 1 to `max`. */
  size(field: string, max: number, defaultValue?: number): number {
    return this._integer(field, 1, max, defaultValue)
  }

  /** An integer from 0 to below `limit`. */
  index(field: string, limit: number, defaultValue?: number): number {
    return this._integer(field, 0, limit - 1, defaultValue)
  }

  /** One of the `allowed` texts. */
  choice<Text extends string>(field: string, allowed: readonly Text[], defaultValue?: Text): Text {
    const value = this._valueOr(field, defaultValue)
    const found = allowed.find((text) => text === value)
    if (found === undefined) throw this.bad(field, value, `one of ${allowed.map(kindOf).join(', ')}`)
    return found
  }

  positive(field: string, defaultValue?: number): number {
    const value = this._valueOr(field, defaultValue)
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) throw this.bad(field, value, 'a number > 0')
    return value
  }

  number(field: string, defaultValue?: number): number {
    const value = this._valueOr(field, defaultValue)
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.bad(field, value, 'a number')
    return value
  }

  flag(field: string, defaultValue?: boolean): boolean {
    const value = this._valueOr(field, defaultValue)
    if (typeof value !== 'boolean') throw this.bad(field, value, 'true or false')
    return value
  }

  /** An object inside the config, or undefined when it is absent or null. */
  section(field: string): ConfigReader | undefined {
    const value = this._valueOr(field, undefined)
    if (value === undefined) return undefined
    if (!isJsonObject(value)) throw this.bad(field, value, 'an object')
    return new ConfigReader(value, this._file, `${this._prefix}${field}.`)
  }

  /** Throws 'unsupported' unless the field is absent, null or one of the supported values. */
  accept(field: string, ...supported: readonly unknown[]): void {
    const value = this._valueOr(field, undefined)
    if (value === undefined || supported.includes(value)) return
    const alternatives = supported.length > 0 ? `; supported: ${supported.map(kindOf).join(', ')}` : ''
    throw new AttenscopeError(
      'unsupported',
      `${this._file}: ${this._prefix}${field} is ${kindOf(value)}${alternatives}`
    )
  }

  /** The 'bad-model' error for a field: names the file, the field, the value found and the value expected. */
  bad(field: string, found: unknown, expected: string): AttenscopeError {
    return new AttenscopeError(
      'bad-model',
      `${this._file}: ${this._prefix}${field} is ${kindOf(found)}, expected ${expected}`
    )
  }

  private _integer(field: string, from: number, to: number, defaultValue: number | undefined): number {
    const value = this._valueOr(field, defaultValue)
    if (!Number.isInteger(value) || (value as number) < from || (value as number) > to) {
      throw this.bad(field, value, `an integer from ${from} to ${to}`)
    }
    return value as number
  }

  private _valueOr(field: string, defaultValue: unknown): unknown {
    const value = Object.hasOwn(this.values, field) ? this.values[field] : undefined
    return value ?? defaultValue
  }
}
