/** The subject of a matrix: a head's weights, another stage of it, or the differences between two runs. */
import type { PatternSource, Tensor } from 'attenscope'
import type { ReactiveControllerHost } from 'lit'
import { Asked } from '../../base/asked.js'
import type { CellFacts } from '../../base/layout.js'
import { rangeOf, signedScale, type ColorScale } from '../../canvas/color-scale.js'
import { DifferenceSource } from '../../sources/difference.js'
import { hasGap, MaskOf, rowsSumToOne } from './matrix-mask.js'
import { headTitle } from '../../parts/head-title.js'
import { percent, percentInCell, significant, signedPercent } from '../../parts/format.js'
import type { HeadRef } from '../../base/refs.js'
import type { Selection } from '../../base/selection.js'
import {
  computeStage,
  isBeforeMask,
  isOfHead,
  StageSource,
  stageScale,
  visibleRows,
  type Stage
} from '../../sources/stage-source.js'
import { TunedSource } from '../../sources/tuned-source.js'
import * as words from '../../words/index.js'

export interface Subject {
  readonly source: PatternSource & CellFacts
  readonly head: HeadRef
  readonly scale: ColorScale
  /** A number in a cell, without the unit, which is in the legend. */
  readonly numberOf: (value: number) => string
  /** A number with its unit. */
  readonly valueOf: (value: number) => string
  readonly title: string
  /** The name of the numbers in the trace, without indices; '' if the trace does not have them. */
  readonly name: string
  /** The meaning of a cell that is hatched; undefined if no cell is. */
  readonly hatched: string | undefined
  /** A sentence about the numbers; '' for a difference, which its page explains. */
  readonly note: string
}

const isWeight = (stage: Stage) => stage === 'pattern' || stage === 'rollout'

/** The facts about a head that need all of its numbers. */
interface Measured {
  readonly scale: ColorScale
  readonly hasGap: boolean
  readonly sumsToOne: boolean
}

export class MatrixSubject {
  private readonly _tensor: Asked<{ readonly stage: Stage; readonly head: HeadRef; readonly tensor: Tensor }>
  private readonly _mask: MaskOf
  private _difference?: { readonly of: readonly unknown[]; readonly as: DifferenceSource }
  private _before?: TunedSource
  private _stage?: { readonly tensor: Tensor; readonly as: PatternSource }
  private _last?: Subject
  private _measured?: { readonly of: readonly unknown[]; readonly as: Measured }

  constructor(host: ReactiveControllerHost) {
    this._tensor = new Asked(host)
    this._mask = new MaskOf(host)
  }

  errorOf({ source }: Selection): unknown {
    return source?.failure ?? this._before?.failure ?? this._tensor.error
  }

  /** The subject; `undefined` until there is something to draw. */
  of(selection: Selection, stage: Stage, against: PatternSource | undefined): Subject | undefined {
    const { source, head } = selection
    if (!source) return undefined
    if (!source.isReady(head.layer, head.head)) {
      // The last head stays in the picture, under its own name, until the new one arrives.
      return source.failure === undefined && this._last?.source === source ? this._last : undefined
    }
    if (against) return this._changed(selection, source, against)
    return stage === 'pattern' ? this._weights(selection, source) : this._staged(selection, source, stage)
  }

  private _weights(selection: Selection, tuned: TunedSource): Subject {
    const { head } = selection
    const source = this._mask.hidden(selection, tuned)
    const measured = this._measure(selection, source, () => stageScale('pattern', source, head, selection.scale))
    return (this._last = {
      ...{ source, head, scale: measured.scale, valueOf: percent, numberOf: percentInCell },
      ...{ title: headTitle(selection, head), name: selection.traceName(head.layer) },
      hatched: measured.hasGap ? words.legend.hidden : undefined,
      note: words.matrix.note(words.stages.pattern.title, measured.sumsToOne ? words.matrix.sumsToOne : '')
    })
  }

  private _changed(selection: Selection, after: TunedSource, given: PatternSource): Subject | undefined {
    const { head, tuning } = selection
    const of = [given, after, tuning.withoutFirst]
    if (!this._difference || of.some((part, at) => part !== this._difference?.of[at])) {
      // Both runs are tuned in the same way, or the difference would show the tuning.
      this._before = new TunedSource(given, { shown: Infinity, withoutFirst: tuning.withoutFirst })
      this._difference = { of, as: new DifferenceSource(this._before, after) }
    }
    if (!this._before?.isReady(head.layer, head.head)) return undefined
    const source = this._difference.as
    const { scale, hasGap } = this._measure(selection, source, () => {
      // Differences are mostly small, so the scale ends at the head's largest.
      const { least, most } = rangeOf(visibleRows(source, head))
      return signedScale(selection.scale, Math.max(most, -least), signedPercent)
    })
    const meanings = [
      ...(source.part === 'decoder' ? [words.legend.hidden] : []),
      ...(source.isSameText ? [] : [words.matrix.unequal])
    ]
    return {
      ...{ source, head, scale, valueOf: signedPercent, numberOf: percentInCell, note: '' },
      hatched: hasGap ? meanings.join(words.legend.or) : undefined,
      ...{ title: words.compare.difference(words.names.head(head, source)), name: '' }
    }
  }

  private _staged(selection: Selection, source: TunedSource, stage: Stage): Subject | undefined {
    const { trace, head, part } = selection
    if (!trace) return undefined
    const ofHead = isOfHead(stage)
    const key = [stage, part, ...(ofHead ? [head.layer, head.head] : []), selection.given, source.queries.count]
    this._tensor.ask(key, async () => ({ stage, head, tensor: await computeStage(trace, selection, head, stage) }))
    const { value } = this._tensor
    // The last answer may stand in for this one only if it is about the same stage and head.
    if (!value || value.stage !== stage || (ofHead && value.head.layer !== head.layer)) return undefined
    if (ofHead && value.head.head !== head.head) return undefined
    if (this._stage?.tensor !== value.tensor)
      this._stage = { tensor: value.tensor, as: new StageSource(source, value.tensor, stage) }
    const { as } = this._stage
    const shown = stage === 'weighted_norms' ? this._mask.hidden(selection, source, as) : as
    const { scale, hasGap } = this._measure(selection, shown, () => stageScale(stage, shown, head, selection.scale))
    const hasMask = trace.names().includes(selection.traceName(head.layer, 'masked'))
    return {
      ...{ source: shown, head, scale, hatched: hasGap ? words.legend.hidden : undefined },
      ...(isWeight(stage)
        ? { numberOf: percentInCell, valueOf: percent }
        : { numberOf: significant, valueOf: significant }),
      title: ofHead ? headTitle(selection, head) : words.stages[stage].name,
      name: isOfHead(stage) ? selection.traceName(head.layer, stage) : stage,
      note: words.matrix.note(words.stages[stage].title, isBeforeMask(stage) && hasMask ? words.matrix.beforeMask : '')
    }
  }

  /** Stores what needs all numbers of a head, so that it is not found again at each move of the pointer. */
  private _measure({ head, scale: kind, tuning }: Selection, source: PatternSource, make: () => ColorScale): Measured {
    const of: readonly unknown[] = [source, head.layer, head.head, kind, source.queries.count]
    if (!this._measured || of.some((part, at) => part !== this._measured?.of[at])) {
      const as = {
        scale: make(),
        hasGap: hasGap(source, head),
        sumsToOne: rowsSumToOne(source, head, tuning.withoutFirst)
      }
      this._measured = { of, as }
    }
    return this._measured.as
  }
}
