/** The cells of a matrix without a number: those that a mask hides, and those that are not there. */
import type { PatternSource, Tensor } from 'attenscope'
import type { ReactiveControllerHost } from 'lit'
import { Asked } from '../../base/asked.js'
import { visibleKeys, type CellFacts } from '../../base/layout.js'
import type { HeadRef } from '../../base/refs.js'
import type { Selection } from '../../base/selection.js'
import { computeStage, MaskedSource, seemsMasked } from '../../sources/stage-source.js'

/** A row that sums to 1 may differ from 1 by so much, because its weights are rounded. */
const SUM_ERROR = 1e-3
/** The most rows whose sums are looked at. */
const MOST_ROWS = 64

/** Asks for the mask of a head if the weights look as if it had one besides the causal mask. */
export class MaskOf {
  private readonly _asked: Asked<{ readonly of: readonly unknown[]; readonly tensor: Tensor }>
  private _known?: { readonly of: readonly unknown[]; readonly seems: boolean }
  private _as?: { readonly of: PatternSource; readonly tensor: Tensor; readonly source: PatternSource }

  constructor(host: ReactiveControllerHost) {
    this._asked = new Asked(host)
  }

  /** `shown`, the weights or numbers made of them, with −∞ for hidden keys once the mask is here. */
  hidden(selection: Selection, source: PatternSource, shown: PatternSource = source): PatternSource & CellFacts {
    const { trace, given, head, writing } = selection
    if (!trace || !given || writing) return shown
    const at = { layer: head.layer, head: Math.min(head.head, given.headCount - 1) }
    const of = [given, head.layer, head.head, source.queries.count]
    if (!isSame(of, this._known?.of)) {
      const name = selection.traceName(head.layer, 'masked')
      this._known = { of, seems: trace.names().includes(name) && seemsMasked(given, at) }
    }
    if (!this._known?.seems) return shown
    this._asked.ask(of, async () => ({ of, tensor: await computeStage(trace, selection, head, 'masked') }))
    const { value } = this._asked
    if (!value || !isSame(of, value.of)) return shown
    if (this._as?.of !== shown || this._as.tensor !== value.tensor)
      this._as = { of: shown, tensor: value.tensor, source: new MaskedSource(shown, value.tensor) }
    return this._as.source
  }
}

function isSame(a: readonly unknown[], b: readonly unknown[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((part, at) => Object.is(part, b[at]))
}

/** True if a cell of the head is hatched. */
export function hasGap(source: PatternSource & CellFacts, { layer, head }: HeadRef): boolean {
  const { part, queries, keyCount, isBeforeMask, hasGaps } = source
  if (part === 'decoder' && !isBeforeMask && queries.first + queries.count > 1 && keyCount > 1) return true
  if (!hasGaps) return false
  return Array.from({ length: queries.count }, (_, at) => queries.first + at).some((query) =>
    source.row(layer, head, query).some((value) => !Number.isFinite(value))
  )
}

/** True if the weights of each row sum to 1. Without the first token, a row that has no other weight sums to 0. */
export function rowsSumToOne(source: PatternSource, { layer, head }: HeadRef, withoutFirst: boolean): boolean {
  const { first, count } = source.queries
  const step = Math.max(1, Math.ceil(count / MOST_ROWS))
  for (let query = first + count - 1; query >= first; query -= step) {
    const row = source.row(layer, head, query).subarray(0, visibleKeys(source, query))
    const sum = row.reduce((total, weight) => total + (weight === -Infinity ? 0 : weight), 0)
    if (!(Math.abs(sum - 1) < SUM_ERROR || (withoutFirst && sum === 0))) return false
  }
  return count > 0
}
