/**
 * Measures the effect of one change after another in one run. For each change the run restarts at the first layer that
 * the change affects.
 */

import type { EngineEdit } from '../types/engine.js'
import type { ModelHandle, RunHandle } from '../engine/engine-handles.js'
import { meanNumbers } from '../edits/edit-numbers.js'
import { AttenscopeError } from '../errors.js'
import type { InputReader } from './input-reader.js'
import { checkNumbers } from './check-numbers.js'
import type { Job } from './job.js'
import type { LogitReader } from './logit-reader.js'
import type { HeadEffectsRequest, PatchEffectsRequest } from '../wire/calls.js'
import { attendingParts, attentionName, partOfName } from '../trace/parts.js'
import { parseTraceName } from '../trace/trace-name.js'
import type { HeadEffects, Input, Measure, Measured, ModelInfo, PatchEffects, Target, Token } from '../types/index.js'

type OnProgress = (progress: { done: number; total: number }) => void

type Text = Parameters<InputReader['toEngine']>[0] & {
  readonly targetTokens?: readonly Token[] | undefined
}

/** The position of the measured logits in the logits of a run. */
interface Meter {
  /** The index of the first number of the row. */
  readonly offset: number
  readonly token: number
  readonly contrast: number | undefined
}

/** The parts of a model that the measurements need. */
export interface EffectSurroundings {
  readonly info: ModelInfo
  readonly model: ModelHandle
  readonly input: InputReader
  readonly read: (input: Input, target: Target | undefined) => Promise<Text>
  readonly logits: LogitReader
  /** Makes a run; frees older runs if memory is short. */
  readonly make: (count: number, source: number) => RunHandle
}

export class EffectReader {
  private readonly _around: EffectSurroundings

  constructor(around: EffectSurroundings) {
    this._around = around
  }

  async heads(request: HeadEffectsRequest, job: Job, onProgress: OnProgress): Promise<HeadEffects> {
    const { info } = this._around
    const text = await this._around.read(request.input, request.target)
    const places = attendingParts(info).flatMap((part) => {
      const { layers = [], N = 0 } = info.parts[part] ?? {}
      return layers.flatMap((layer, row) => Array.from({ length: N }, (_, head) => ({ part, layer, row, head })))
    })
    const effects = new Map(
      attendingParts(info).map((part) => {
        const { layers = [], N = 0 } = info.parts[part] ?? {}
        return [
          part,
          { part, layers, effects: { data: new Float32Array(layers.length * N), shape: [layers.length, N] } }
        ]
      })
    )
    const means = new Map<string, EngineEdit[]>()
    const measured = await this._measure(text, request.measure, job, async (run, ablated) => {
      const nameOf = (place: (typeof places)[number]) => attentionName(info, place.part, place.layer, 'head_output')
      const ablation = (place: (typeof places)[number]): EngineEdit => {
        const at = nameOf(place)
        return means.get(at)?.[place.head] ?? { at, op: 'zero', head: place.head }
      }
      if (request.ablate === 'mean') {
        for (const place of places) {
          const at = nameOf(place)
          if (!means.has(at)) means.set(at, this._meanAblations(run, at, text))
        }
      }
      // The last layers come first: a change there keeps the most earlier results. An encoder runs before its decoder.
      const isEncoder = ({ part }: (typeof places)[number]) => Number(part === 'encoder')
      const ordered = [...places].sort((a, b) => isEncoder(a) - isEncoder(b) || b.layer - a.layer)
      for (const [done, place] of ordered.entries()) {
        onProgress({ done, total: ordered.length })
        const into = effects.get(place.part)?.effects
        const effect = await ablated([ablation(place)])
        if (into) into.data[place.row * (into.shape[1] ?? 0) + place.head] = effect
      }
      onProgress({ done: ordered.length, total: ordered.length })
      return ordered.length
    })
    return { ...measured, parts: [...effects.values()] }
  }

  async patches(request: PatchEffectsRequest, job: Job, onProgress: OnProgress): Promise<PatchEffects> {
    const { info, model } = this._around
    const text = await this._around.read(request.input, request.target)
    const other = await this._around.read(request.from.input, request.from.target ?? request.target)
    const part = request.part ?? (info.parts.encoder ? 'encoder' : 'decoder')
    const isState = (name: string) => ['embedding', 'residual'].includes(parseTraceName(name)?.site ?? '')
    const names = model.traceNames().filter((name) => isState(name) && partOfName(info, name) === part)
    if (names.length === 0) {
      throw new AttenscopeError('option', `part is '${part}', but this model has no states to patch in that part`)
    }
    const side = (of: Text) => (part === 'encoder' ? of.tokens : (of.targetTokens ?? of.tokens))
    const [tokens, fromTokens] = [side(text), side(other)]
    // All patches come from one run of the other text.
    const sources = new Map<string, Float32Array>()
    const T = this._rowsMeasured(text, request.measure, part)
    // The other text may lack the tokens after the query.
    if (fromTokens.length !== tokens.length && fromTokens.length !== T) {
      throw new AttenscopeError(
        'shape',
        `from has ${fromTokens.length} tokens, expected ${T}${T < tokens.length ? ` (the text up to the query) or ${tokens.length} (all of it)` : ''}: each token is patched from the token at the same index`
      )
    }
    const otherMeasured = await this._measure(other, request.measure, job, async (run) => {
      for (const name of names) sources.set(name, run.compute(name, -1, 0, T).data)
      return 0
    })
    const data = new Float32Array(names.length * tokens.length)
    const total = names.length * T
    const measured = await this._measure(text, request.measure, job, async (_, patched) => {
      let done = 0
      for (let row = names.length - 1; row >= 0; --row) {
        const at = names[row] ?? ''
        const source = sources.get(at) ?? new Float32Array()
        const width = source.length / T
        for (let query = 0; query < T; ++query) {
          onProgress({ done: done++, total })
          const numbers = source.subarray(query * width, (query + 1) * width)
          data[row * tokens.length + query] = await patched([{ at, op: 'set', query, numbers, shape: [1, 1, width] }])
        }
      }
      onProgress({ done, total })
      return total
    })
    return {
      ...measured,
      part,
      names,
      tokens,
      fromTokens,
      other: otherMeasured.original,
      effects: { data, shape: [names.length, tokens.length] }
    }
  }

  /**
   * Runs the text, then calls `use` with a function that returns the change of the measure under edits. `use` returns
   * the number of its runs.
   */
  private async _measure(
    text: Text,
    measure: Measure,
    job: Job,
    use: (run: RunHandle, effectOf: (edits: readonly EngineEdit[]) => Promise<number>) => Promise<number>
  ): Promise<Measured> {
    const startedMs = performance.now()
    const { tokens, targetTokens } = text
    const grown = targetTokens ?? tokens
    const query = this._queryOf(measure, grown.length)
    // In a decoder the tokens after the query do not affect the measure.
    const { info, input } = this._around
    const isCut = info.kind !== 'classifier' && info.parts.decoder !== undefined
    const count = isCut ? query + 1 : grown.length
    const rows = isCut ? 'last' : 'all'
    const run = this._around.make(count, targetTokens ? tokens.length : 0)
    try {
      if (targetTokens) run.setSource(input.toEngine(text))
      const isWhole = !targetTokens && count === tokens.length
      run.append(input.toEngine(isWhole ? text : { tokens: grown.slice(0, count) }), rows)
      await advance(run, job)
      const logits = run.logits()
      const { outputs: columns } = this._around.logits
      const row = isCut ? 0 : info.kind === 'classifier' ? this._around.logits.labelRow(tokens) : query
      const data = logits.subarray(row * columns, (row + 1) * columns)
      checkNumbers({ data, columns, what: 'the logits', place: () => `token ${query}`, isEdited: false })
      const meter = this._meterOf(measure, logits, row * columns)
      const original = readLogits(logits, meter)
      const whole = run.work()
      const runs = await use(run, async (edits) => {
        run.restart(edits, rows)
        await advance(run, job)
        return readLogits(run.logits(), meter) - original
      })
      return {
        token: this._tokenOf(meter.token),
        ...(meter.contrast !== undefined && { contrast: this._tokenOf(meter.contrast) }),
        query,
        original,
        work: runs > 0 ? (run.work() - whole) / (runs * whole) : 1,
        elapsedMs: performance.now() - startedMs
      }
    } finally {
      run.delete()
    }
  }

  private _rowsMeasured({ tokens, targetTokens }: Text, measure: Measure, part: 'decoder' | 'encoder'): number {
    if (part === 'encoder') return tokens.length
    return this._queryOf(measure, (targetTokens ?? tokens).length) + 1
  }

  private _queryOf({ query }: Measure, count: number): number {
    const { kind } = this._around.info
    if (kind === 'classifier') {
      if (query === undefined) return 0
      throw new AttenscopeError(
        'option',
        `query is ${query}, but a classifier makes one prediction for the whole text; leave it out`
      )
    }
    if (query === undefined) return count - 1
    if (Number.isInteger(query) && query >= 0 && query < count) return query
    throw new AttenscopeError('option', `query is ${query}, expected an integer from 0 to ${count - 1}`)
  }

  private _meterOf({ token, contrast }: Measure, all: Float32Array, offset: number): Meter {
    const logits = all.subarray(offset, offset + this._around.logits.outputs)
    const likeliest = logits.reduce((best, value, i) => (value > (logits[best] ?? -Infinity) ? i : best), 0)
    return {
      offset,
      token: token === undefined ? likeliest : this._idOf('token', token, logits.length),
      contrast: contrast === undefined ? undefined : this._idOf('contrast', contrast, logits.length)
    }
  }

  private _idOf(what: string, asked: number | string, count: number): number {
    const { labels } = this._around.info
    if (typeof asked === 'string') {
      if (!labels) return this._around.input.idOf(what, asked)
      if (labels.includes(asked)) return labels.indexOf(asked)
      throw new AttenscopeError('option', `${what} is '${asked}', expected one of: ${labels.join(', ')}`)
    }
    if (Number.isInteger(asked) && asked >= 0 && asked < count) return asked
    throw new AttenscopeError('option', `${what} is ${asked}, expected an integer from 0 to ${count - 1}`)
  }

  private _tokenOf(id: number): Token {
    const label = this._around.info.labels?.[id]
    return label === undefined ? this._around.input.alone(id) : { id, text: label, start: 0, end: 0 }
  }

  /** The edits that replace the output of each head of a layer by its mean, from the unchanged run. */
  private _meanAblations(run: RunHandle, at: string, { tokens, targetTokens }: Text): EngineEdit[] {
    const part = partOfName(this._around.info, at)
    const isLearned = this._around.info.parts[part]?.learnedQuery === true
    const rows = isLearned ? 1 : part === 'encoder' && targetTokens ? tokens.length : run.length()
    const tensor = run.compute(at, -1, 0, rows)
    return Array.from({ length: tensor.shape[0] ?? 0 }, (_, head) => ({
      at,
      op: 'set',
      head,
      ...meanNumbers(at, [tensor], head)
    }))
  }
}

function readLogits(logits: Float32Array, { offset, token, contrast }: Meter): number {
  return (logits[offset + token] ?? NaN) - (contrast === undefined ? 0 : (logits[offset + contrast] ?? NaN))
}

async function advance(run: RunHandle, job: Job): Promise<void> {
  job.throwIfStopped()
  while (run.step()) await job.pauseIfDue()
  await job.pauseIfDue()
}
