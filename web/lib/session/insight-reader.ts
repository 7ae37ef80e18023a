/** Explains a run: the logit lens, the terms of a logit, and the plane of a head's queries and keys. */

import type { RunHandle } from '../engine/engine-handles.js'
import { AttenscopeError } from '../errors.js'
import type { Job } from './job.js'
import type { Asked } from '../wire/protocol.js'
import { namesPerHead, traceSiteOf } from '../trace/parts.js'
import { traceName } from '../trace/trace-name.js'
import type { DirectLogits, Guess, LensReading, ModelInfo, Plane, Token } from '../types/index.js'

/** The number of logits that are computed before other calls get a turn. */
const logitsAtOnce = 1 << 20

export class InsightReader {
  private readonly _info: ModelInfo
  private readonly _names: ReadonlySet<string>
  private readonly _token: (id: number) => Token

  /** `token` returns the token of an id by itself. */
  constructor(info: ModelInfo, names: readonly string[], token: (id: number) => Token) {
    this._info = info
    this._names = new Set(names)
    this._token = token
  }

  async lens(run: RunHandle, { first, count, top, token }: Asked<'lens'>, job: Job): Promise<LensReading[]> {
    const { L, V } = this._info
    if (token !== undefined) this._checkToken(token)
    const readings: LensReading[] = []
    const rowsAtOnce = Math.max(1, Math.floor(logitsAtOnce / V))
    for (let layer = 0; layer < L; ++layer) {
      for (let done = 0; done < count; done += rowsAtOnce) {
        const rows = Math.min(rowsAtOnce, count - done)
        const { data } = run.compute(this._lensName(layer), -1, first + done, rows)
        for (let row = 0; row < rows; ++row) {
          const logits = data.subarray(row * V, (row + 1) * V)
          readings.push({ layer, query: first + done + row, ...this._read(logits, top, token) })
        }
        await job.pauseIfDue()
      }
    }
    return readings
  }

  directLogits(run: RunHandle, { query, token }: Asked<'directLogits'>): DirectLogits {
    if (token !== undefined) this._checkToken(token)
    const id = token ?? likeliest(run.compute(this._lensName(this._info.L - 1), -1, query, 1).data)
    return { query, token: this._token(id), ...run.directLogits(query, id) }
  }

  plane(run: RunHandle, { part, layer, head, first, count }: Asked<'plane'>): Plane {
    const { queries, keys } = namesPerHead(this._info, part, layer, head)
    for (const { name } of [queries, keys]) {
      if (this._names.has(name)) continue
      throw new AttenscopeError('unsupported', `a plane needs queries and keys, but this model has no '${name}'`)
    }
    return run.plane(queries, keys, { first, count })
  }

  private _read(
    logits: Float32Array,
    top: number,
    asked: number | undefined
  ): Pick<LensReading, 'top' | 'entropy' | 'asked'> {
    const highest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity)
    let sum = 0
    let weighted = 0
    for (const logit of logits) {
      const part = Math.exp(logit - highest)
      sum += part
      weighted += part * (logit - highest)
    }
    const guess = (id: number): Guess => {
      const logit = logits[id] ?? 0
      return { token: this._token(id), logit, probability: Math.exp(logit - highest) / sum }
    }
    const rank = (logit: number) => 1 + logits.reduce((above, other) => above + (other > logit ? 1 : 0), 0)
    return {
      top: topIds(logits, top).map(guess),
      // −Σ p log₂ p, with log p = logit − highest − log Σ.
      entropy: Math.max(0, (Math.log(sum) - weighted / sum) / Math.LN2),
      ...(asked !== undefined && { asked: { ...guess(asked), rank: rank(logits[asked] ?? 0) } })
    }
  }

  private _lensName(layer: number): string {
    const name = traceName({ ...traceSiteOf(this._info, 'decoder'), layer, site: 'lens' })
    if (this._names.has(name)) return name
    throw new AttenscopeError(
      'unsupported',
      `the lens needs '${name}', but '${this._info.family}' has no such tensor: the model predicts no tokens`
    )
  }

  private _checkToken(token: number): void {
    const { V } = this._info
    if (Number.isInteger(token) && token >= 0 && token < V) return
    throw new AttenscopeError('option', `token is ${token}, expected an id from 0 to ${V - 1}`)
  }
}

function likeliest(logits: Float32Array): number {
  return topIds(logits, 1)[0] ?? 0
}

/** The ids of the highest logits, the highest first. Among equal logits the lower id comes first. */
function topIds(logits: Float32Array, count: number): number[] {
  const ids: number[] = []
  logits.forEach((logit, id) => {
    if (ids.length === count && !(logit > (logits[ids[count - 1] ?? 0] ?? 0))) return
    let at = ids.length
    while (at > 0 && logit > (logits[ids[at - 1] ?? 0] ?? 0)) --at
    ids.splice(at, 0, id)
    if (ids.length > count) ids.pop()
  })
  return ids
}
