/** The state of the searches for the heads, layers and tokens that matter, and their results. */
import type { Edit, EffectOptions, HeadEffects, Measure, PatchEffects, Target } from 'attenscope'
import type { ReactiveControllerHost } from 'lit'
import type { ComparedRuns } from './compared-runs.js'
import type { HeadOfPart } from './effect-maps.js'
import { isAborted } from '../parts/error-text.js'

export class EffectSearch {
  /** The replacement of a head's output. */
  ablate: 'zero' | 'mean' = 'zero'
  /** The token whose logit is measured, as typed. Empty means the likeliest token. */
  token = ''
  /** The token whose logit is subtracted. Empty means no token. */
  contrast = ''
  otherText = ''
  heads: HeadEffects | undefined
  places: PatchEffects | undefined
  /** The search in progress. */
  tried: { readonly of: 'heads' | 'places'; readonly done: number; readonly total: number } | undefined
  /** True while the first search is in progress. */
  isFirst = false
  /** The text about the chosen cell. */
  said: string | undefined
  /** The search that failed, and the reason. */
  failed: { readonly of: 'heads' | 'places'; readonly said: string } | undefined
  private _abort?: AbortController
  private _searches = 0

  constructor(private readonly _host: ReactiveControllerHost) {}

  /** Applies the reader's choices. */
  set(choice: Partial<Pick<EffectSearch, 'ablate' | 'token' | 'contrast' | 'otherText' | 'said'>>): void {
    Object.assign(this, choice)
    this._host.requestUpdate()
  }

  /** True if the heads have been searched for the current text, or are being searched. */
  get hasSought(): boolean {
    return this.heads !== undefined || this.tried?.of === 'heads' || this.failed?.of === 'heads'
  }

  stop(): void {
    this._abort?.abort()
  }

  /** Clears the results for another text or another row. */
  clear(): void {
    this.stop()
    this.heads = this.places = this.said = this.failed = undefined
    this.token = this.contrast = ''
    this._host.requestUpdate()
  }

  tryHeads(compared: ComparedRuns, row: number, onFound?: (most: HeadOfPart) => void): void {
    const { model, before } = compared
    this._run('heads', compared, row, async (options) => {
      this.heads = await model.headEffects(before.input, { ...options, ablate: this.ablate })
      const most = mostMoving(this.heads)
      if (most) onFound?.(most)
    })
  }

  tryPlaces(compared: ComparedRuns, row: number): void {
    const { model, before } = compared
    this._run('places', compared, row, async (options) => {
      this.places = await model.patchEffects(before.input, { ...options, from: this._source(compared) })
    })
  }

  /** The edit that makes the patch of a cell permanent. */
  patchAt({ at, query }: { readonly at: string; readonly query: number }, compared: ComparedRuns): Edit {
    return { at, query, op: 'patch', from: this._source(compared) }
  }

  /** The other text, with the same target if there is a target. */
  private _source({ before: { options } }: ComparedRuns): { readonly input: string; readonly target?: Target } {
    return { input: this.otherText, ...(options.target !== undefined && { target: options.target }) }
  }

  private _run(
    of: 'heads' | 'places',
    compared: ComparedRuns,
    row: number,
    search: (options: EffectOptions) => Promise<void>
  ): void {
    this.stop()
    const abort = (this._abort = new AbortController())
    const { target } = compared.before.options
    const report = (progress: { readonly done: number; readonly total: number } | undefined): void => {
      if (abort !== this._abort) return
      this.tried = progress && { of, ...progress }
      this._host.requestUpdate()
    }
    this.failed = undefined
    this.isFirst = this._searches++ === 0
    report({ done: 0, total: 1 })
    this._measure(compared, row)
      .then((measure) =>
        search({ ...(target !== undefined && { target }), ...measure, signal: abort.signal, onProgress: report })
      )
      .catch((error: unknown) => {
        if (abort !== this._abort || isAborted(error)) return
        this.failed = { of, said: error instanceof Error ? error.message : String(error) }
      })
      .finally(() => {
        if (abort === this._abort) this.isFirst = false
        report(undefined)
      })
  }

  private async _measure(compared: ComparedRuns, row: number): Promise<Measure> {
    const token = await tokenOf(this.token, compared)
    const contrast = await tokenOf(this.contrast, compared)
    return {
      ...(compared.tokens.length > 0 && { query: row }),
      token: token ?? likeliest(compared, row),
      ...(contrast !== undefined && { contrast })
    }
  }
}

/** The head whose removal changes the measure most, up or down. */
function mostMoving({ parts }: HeadEffects): HeadOfPart | undefined {
  const heads = parts.flatMap(({ part, layers, effects: { data, shape } }) => {
    const [, N = 1] = shape
    return Array.from(data, (effect, at) => ({
      part,
      layer: layers[Math.floor(at / N)] ?? 0,
      head: at % N,
      effect: Math.abs(effect)
    }))
  })
  return heads.sort((a, b) => b.effect - a.effect).at(0)
}

/** The prediction of the original model in a row. A classifier has one row. */
export function likeliest({ tokens, predictions }: ComparedRuns, row: number): number {
  const top = predictions[tokens.length > 0 ? row : 0]?.top ?? []
  return top.reduce((best, each) => (each.before > best.before ? each : best), top[0] ?? { id: 0, before: 0 }).id
}

/** The token of a typed word: a shown token, else the word after a space, else the word itself. */
async function tokenOf(typed: string, { model, names }: ComparedRuns): Promise<Measure['token']> {
  const word = typed.trim()
  if (word === '') return undefined
  for (const [id, { text }] of names) if (text.trim() === word) return id
  if (model.info.kind !== 'decoder') return word
  const run = await model.run(` ${word}`, { logits: 'none' })
  await run.dispose()
  const [token, more] = run.tokens.filter(({ special }) => !special)
  return token && !more ? token.id : word
}
