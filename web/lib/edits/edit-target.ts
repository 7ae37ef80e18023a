/** The tensor that an edit changes: its heads, its rows and its columns. */

import type { ModelInfo, Part } from '../types/index.js'
import { partOfName } from '../trace/parts.js'
import { parseTraceName, type TraceName } from '../trace/trace-name.js'
import type { EditScope } from './check-edits.js'

export interface EditTarget {
  readonly part: Part
  /** 0: there are none to choose from. */
  readonly heads: number
  /** Whether its rows run over the keys: scores and patterns. */
  readonly isRow: boolean
  /** Of a vector. */
  readonly width: number
  readonly hasQueries: boolean
  readonly hasKeys: boolean
  /** Rows that there are now; undefined where more may come. */
  readonly rows: number | undefined
  /** Rows of the prompt, where a text went on from one: a patch may reach these alone, as it does in a generation. */
  readonly promptRows: number | undefined
  readonly rowLimit: number
  readonly keys: number | undefined
  readonly keyLimit: number
  readonly isCausal: boolean
  /** Whether its one query was learnt. */
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

/** Of the side that a part's queries are of. */
function tokenCount(part: Part, { info, sourceCount, targetCount }: EditScope): number | undefined {
  return part === 'encoder' || isOneSided(info, 'encoder') ? sourceCount : targetCount
}

/** Whether the model has only that part. */
function isOneSided(info: ModelInfo, part: Part): boolean {
  return info.kind !== 'encoder-decoder' && !info.parts.decoder && part === 'encoder'
}
