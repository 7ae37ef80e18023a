/** The subject of a matrix: a head's weights, another stage of it, or the differences between two runs. */
import type { PatternSource, Tensor } from 'attenscope'
import type { ReactiveControllerHost } from 'lit'
import { Asked } from '../../base/asked.js'
import { rangeOf, signedScale, type ColorScale } from '../../canvas/color-scale.js'
import { DifferenceSource } from '../../sources/difference.js'
import { headTitle } from '../../parts/head-title.js'
import { percent, significant, signed, signedPercent } from '../../parts/format.js'
import type { HeadRef } from '../../base/refs.js'
import type { ScaleKind } from '../../base/scale-kind.js'
import type { Selection } from '../../base/selection.js'
import { computeStage, isOfHead, StageSource, stageScale, visibleRows, type Stage } from '../../sources/stage-source.js'
import * as words from '../../words/index.js'

export interface Subject {
  readonly source: PatternSource
  readonly head: HeadRef
  readonly scale: ColorScale
  /** A number in a cell, without the unit, which is in the legend. */
  readonly numberOf: (value: number) => string
  /** A number with its unit. */
  readonly valueOf: (value: number) => string
  readonly title: string
  /** The name of the numbers in the trace, without indices; '' if the trace does not have them. */
  readonly name: string
}

const isWeight = (stage: Stage) => stage === 'pattern' || stage === 'rollout'

export class MatrixSubject {
  private readonly _tensor: Asked<{ readonly stage: Stage; readonly head: HeadRef; readonly tensor: Tensor }>
  private _difference?: { readonly before: PatternSource; readonly after: PatternSource; readonly as: DifferenceSource }
  private _stage?: { readonly tensor: Tensor; readonly as: StageSource }
  private _last?: Subject
  private _scale?: { readonly of: readonly unknown[]; readonly as: ColorScale }

  constructor(host: ReactiveControllerHost) {
    this._tensor = new Asked(host)
  }

  errorOf({ source }: Selection): unknown {
    return source?.failure ?? this._tensor.error
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
    if (stage === 'pattern') {
      return (this._last = {
        ...{ source, head, scale: stageScale('pattern', source, head, selection.scale), valueOf: percent },
        numberOf: (weight) => (weight < 1e-5 ? '0' : significant(weight * 100)),
        ...{ title: headTitle(selection, head), name: selection.traceName(head.layer) }
      })
    }
    return this._staged(selection, source, stage)
  }

  private _changed({ head, scale }: Selection, after: PatternSource, before: PatternSource): Subject {
    const known = this._difference
    if (known?.before !== before || known.after !== after)
      this._difference = { before, after, as: new DifferenceSource(before, after) }
    const source = this._difference?.as ?? after
    return {
      ...{ source, head, valueOf: signedPercent },
      scale: this._scaleOf(source, head, scale, () => {
        // Differences are mostly small, so the scale ends at the head's largest.
        const { least, most } = rangeOf(visibleRows(source, head))
        return signedScale(scale, Math.max(most, -least), signedPercent)
      }),
      numberOf: (value) => (Math.abs(value) < 1e-5 ? '0' : signed(value * 100)),
      ...{ title: words.compare.difference(words.names.head(head, source)), name: '' }
    }
  }

  private _staged(selection: Selection, source: PatternSource, stage: Stage): Subject | undefined {
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
      this._stage = { tensor: value.tensor, as: new StageSource(source, value.tensor) }
    const { as } = this._stage
    return {
      ...{ source: as, head },
      scale: this._scaleOf(as, head, selection.scale, () => stageScale(stage, as, head, selection.scale)),
      ...(isWeight(stage)
        ? { numberOf: (weight: number) => (weight < 1e-5 ? '0' : significant(weight * 100)), valueOf: percent }
        : { numberOf: signed, valueOf: signed }),
      title: ofHead ? headTitle(selection, head) : words.stages[stage].name,
      name: isOfHead(stage) ? selection.traceName(head.layer, stage) : stage
    }
  }

  /** Stores a scale that needs all numbers of a head, so that it is not made again at each move of the pointer. */
  private _scaleOf(source: PatternSource, head: HeadRef, kind: ScaleKind, make: () => ColorScale): ColorScale {
    const of = [source, head.layer, head.head, kind, source.queries.count]
    if (!this._scale || of.some((part, at) => part !== this._scale?.of[at])) this._scale = { of, as: make() }
    return this._scale.as
  }
}
