/** Describes the tensor that an edit changes: its heads, rows and columns. */

import type { ModelInfo, Part } from '../types/index.js'
import { partOfName } from '../trace/parts.js'
import { parseTraceName, type TraceName } from '../trace/trace-name.js'
import type { EditScope } from './check-edits.js'

export interface EditTarget {
  readonly part: Part
  /** The number of heads; 0 for a tensor without heads. */
  readonly heads: number
  /** True for scores and patterns, whose columns are keys. */
  readonly isRow: boolean
  /** The width of a vector; 0 for scores and patterns. */
  readonly width: number
  readonly hasQueries: boolean
  readonly hasKeys: boolean
  /** The number of rows; undefined if more rows may follow. */
  readonly rows: number | undefined
  /**
   * The rows of the prompt, for a text that continues a prompt. A patch may cover these rows alone, as in a generation.
   */
  readonly promptRows: number | undefined
  readonly rowLimit: number
  readonly keys: number | undefined
  readonly keyLimit: number
  readonly isCausal: boolean
  /** True for attention pooling, whose one query was learnt. */
  readonly isLearned: boolean
}

type Stages = readonly TraceName['stage'][]
const rowStages: Stages = ['scores', 'scaled', 'masked', 'pattern']
const keyStages: Stages = ['k', 'v']

export function targetOfName(name: string, scope: EditScope): EditTarget {
  const { info, limit } = scope
  const part = partOfName(info, name)
  const { site, stage } = parseTraceName(name) ?? {}
  const shape = scope.shapeOf(name, 1, 1)
  const isRow = rowStages.includes(stage)
  const isLearned =
    info.parts[part]?.learnedQuery === true &&
    (isRow || shape.length === 3 || (site !== 'feed_forward' && stage === 'output'))
  const hasQueries = !keyStages.includes(stage) && !isLearned
  const keys = tokenCount(part === 'decoder' ? 'decoder' : 'encoder', scope)
  const rows = isLearned ? 1 : hasQueries ? tokenCount(part, scope) : keys
  return {
    part,
    heads: shape.length === 3 ? (shape[0] ?? 0) : 0,
    isRow,
    width: isRow ? 0 : (shape.at(-1) ?? 0),
    hasQueries,
    hasKeys: isRow || keyStages.includes(stage),
    rows,
    promptRows: isLearned ? undefined : scope.promptCount,
    rowLimit: rows ?? limit,
    keys,
    keyLimit: keys ?? limit,
    isCausal: part === 'decoder',
    isLearned
  }
}

/** The number of tokens of a part's queries. */
function tokenCount(part: Part, { info, sourceCount, targetCount }: EditScope): number | undefined {
  return part === 'encoder' || isOneSided(info, 'encoder') ? sourceCount : targetCount
}

/** True if this part is the model's only part. */
function isOneSided(info: ModelInfo, part: Part): boolean {
  return info.kind !== 'encoder-decoder' && !info.parts.decoder && part === 'encoder'
}
