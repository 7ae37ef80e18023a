/** The search for heads and places that matter, one at a time, and what it found. */
import { type Edit, type EffectOptions, type HeadEffects, type PatchEffects, type Target } from 'attenscope'
import type { ReactiveControllerHost } from 'lit'
import type { ComparedRuns } from './compared-runs.js'
import { isAborted } from './error-text.js'

export class EffectSearch {
  /** What becomes of a head. */
  ablate: 'zero' | 'mean' = 'zero'
  /** The token whose logit is taken off. */
  contrast: number | undefined
  otherText = ''
  heads: HeadEffects | undefined
  places: PatchEffects | undefined
  /** What is under way. */
  tried: { readonly of: 'heads' | 'places'; readonly done: number; readonly total: number } | undefined
  /** What the cell in hand is. */
  said: string | undefined
  private _abort?: AbortController

  constructor(
    private readonly _host: ReactiveControllerHost,
    private readonly _onError: (error: unknown) => void
  ) {}

  /** Takes over what the reader chose. */
  set(choice: Partial<Pick<EffectSearch, 'ablate' | 'contrast' | 'otherText' | 'said'>>): void {
    Object.assign(this, choice)
    this._host.requestUpdate()
  }

  stop(): void {
    this._abort?.abort()
  }

  /** For another text, or another token. */
  clear(): void {
    this.stop()
    this.heads = this.places = this.contrast = this.said = undefined
    this._host.requestUpdate()
  }

  tryHeads(compared: ComparedRuns, row: number): void {
    const { model, before } = compared
    this._run('heads', compared, row, async (options) => {
      this.heads = await model.headEffects(before.input, { ...options, ablate: this.ablate })
    })
  }

  tryPlaces(compared: ComparedRuns, row: number): void {
    const { model, before } = compared
    this._run('places', compared, row, async (options) => {
      this.places = await model.patchEffects(before.input, { ...options, from: this._source(compared) })
    })
  }

  /** The edit that takes over what a place of the map shows. */
  patchAt({ at, query }: { readonly at: string; readonly query: number }, compared: ComparedRuns): Edit {
    return { at, query, op: 'patch', from: this._source(compared) }
  }

  /** The other text, with the same target where there is one. */
  private _source({ before: { options } }: ComparedRuns): { readonly input: string; readonly target?: Target } {
    return { input: this.otherText, ...(options.target !== undefined && { target: options.target }) }
  }

  /** For the likeliest token of the row in hand. */
  private _run(
    of: 'heads' | 'places',
    compared: ComparedRuns,
    row: number,
    search: (options: EffectOptions) => Promise<void>
  ): void {
    this.stop()
    const abort = (this._abort = new AbortController())
    const { target } = compared.before.options
    const hasRows = compared.tokens.length > 0
    const top = compared.predictions[hasRows ? row : 0]?.top ?? []
    const { id: token } = top.reduce((best, each) => (each.before > best.before ? each : best), top[0]!)
    const report = (progress: { readonly done: number; readonly total: number } | undefined): void => {
      if (abort !== this._abort) return
      this.tried = progress && { of, ...progress }
      this._host.requestUpdate()
    }
    report({ done: 0, total: 1 })
    search({
      ...(target !== undefined && { target }),
      ...(hasRows && { query: row }),
      token,
      ...(this.contrast !== undefined && { contrast: this.contrast }),
      signal: abort.signal,
      onProgress: report
    })
      .catch((error: unknown) => {
        if (!isAborted(error)) this._onError(error)
      })
      .finally(() => report(undefined))
  }
}
