/** The names of traced tensors. No other file writes or parses these names. */

import { stageNames } from '../choices.js'
import { AttenscopeError } from '../errors.js'
import { checkNames } from '../known-options.js'
import { kindOf } from '../formats/json.js'
import type { Part } from '../types/traces.js'

/** The stages of an attention, in the order in which a run computes them. */
export const attentionStages = [
  'q',
  'k',
  'v',
  ...stageNames,
  'pattern',
  'weighted_norms',
  'picture',
  'head_output',
  'output'
] as const

/** The sites of a block with the stages of each. A site without stages is one tensor. */
const blockSites = {
  attn: attentionStages,
  cross: attentionStages,
  feed_forward: ['output'],
  residual: [],
  hidden: [],
  lens: []
} as const

/** The sites of a whole stack. 'positions' is no tensor: edits set the position encodings there. */
const stackSites = ['embedding', 'final_norm', 'positions'] as const

/** Every site: the sites of a block, then the sites of a stack. */
export const traceSites = [...(Object.keys(blockSites) as (keyof typeof blockSites)[]), ...stackSites] as const

/** A stage of an attention. A feed-forward layer has the stage 'output' only. */
export type TraceStage = (typeof attentionStages)[number]

/** The site in a model at which a tensor is computed. */
export type TraceSite = (typeof traceSites)[number]

/** A text with *, which matches any text between two dots. */
export type Starred = `${string}*${string}`

/**
 * The fields of a traced tensor's name. In a capture or in an edit's `at`, the layer, site and stage may contain a *.
 */
export interface TraceName {
  /** The part of an encoder–decoder; a cross-attention has the part 'cross'. The names of other models have no part. */
  readonly part?: Part
  /** The block, from 0. The sites 'embedding', 'final_norm' and 'positions' have no layer. */
  readonly layer?: number | Starred
  readonly site: TraceSite | Starred
  /** The stage. Without a stage, 'attn' and 'cross' name the whole attention, whose settings an edit can change. */
  readonly stage?: TraceStage | Starred
}

/**
 * Writes the name of a traced tensor.
 *
 *     traceName({ layer: 0, site: 'attn', stage: 'pattern' })                    // 'blocks.0.attn.pattern'
 *     traceName({ part: 'cross', layer: 2, site: 'cross', stage: 'q' })          // 'decoder.blocks.2.cross.q'
 *     traceName({ part: 'encoder', site: 'embedding' })                          // 'encoder.embedding'
 *     traceName({ layer: '*', site: 'attn' })                                    // 'blocks.*.attn'
 *
 * With the part 'cross', the site 'attn' also means the cross-attention. Throws 'option' for fields that no name has
 * together, such as a residual with a stage.
 */
export function traceName(fields: TraceName): string {
  checkNames('traceName', fields)
  const { part, layer, site, stage } = fields
  const stack = part === 'cross' ? 'decoder' : part
  const block = layer === undefined ? [] : ['blocks', layer]
  const inBlock = part === 'cross' && site === 'attn' ? 'cross' : site
  const name = [stack, ...block, inBlock, stage].filter((segment) => segment !== undefined).join('.')
  if (parseTraceName(name)) return name
  const given = Object.entries({ part, layer, site, stage }).filter(([, value]) => value !== undefined)
  throw new AttenscopeError(
    'option',
    `no traced tensor has ${given.map(([field, value]) => `${field} ${kindOf(value)}`).join(', ')}; a site is one of ${traceSites.join(', ')}`
  )
}

/**
 * Parses the name of a traced tensor into its fields; undefined for any other text. A parsed name need not exist in a
 * given model.
 *
 *     parseTraceName('encoder.blocks.1.attn.q')      // { part: 'encoder', layer: 1, site: 'attn', stage: 'q' }
 *     parseTraceName('blocks.2.feed_forward.output') // { layer: 2, site: 'feed_forward', stage: 'output' }
 *     parseTraceName('blocks.*.attn')                // { layer: '*', site: 'attn' }
 *     parseTraceName('blocks.0.weights')             // undefined
 */
export function parseTraceName(name: string): TraceName | undefined {
  // An edit from a link may contain any value.
  if (typeof name !== 'string') return undefined
  const segments = name.split('.')
  const [first] = segments
  const stack = isOneOf(first, ['encoder', 'decoder'] as const) ? first : undefined
  if (stack !== undefined) segments.shift()
  const part = stack === undefined ? {} : { part: stack }
  if (segments[0] !== 'blocks') {
    const [site] = segments
    if (segments.length !== 1 || !isOneOf(site, stackSites)) return undefined
    return { ...part, site }
  }
  const [, block, site, stage] = segments
  const layer = layerOf(block)
  if (layer === undefined || segments.length > 4 || !fits(site, stage)) return undefined
  // Only a decoder has cross-attention.
  if (site === 'cross' && stack !== 'decoder') return undefined
  const fields = { layer, site: site as TraceSite, ...(stage !== undefined && { stage: stage as TraceStage }) }
  return site === 'cross' ? { part: 'cross', ...fields } : { ...part, ...fields }
}

/**
 * The block of a segment. '01' is refused, because it would be a second name of block 1, and so are numbers that
 * JavaScript rounds.
 */
function layerOf(block: string | undefined): number | Starred | undefined {
  if (isStarred(block)) return block
  const layer = Number(block)
  return block !== undefined && /^(0|[1-9]\d*)$/.test(block) && Number.isSafeInteger(layer) ? layer : undefined
}

/** True if a block has this site, and the site has this stage. */
function fits(site: string | undefined, stage: string | undefined): boolean {
  if (isStarred(site)) return stage === undefined || isStarred(stage) || isOneOf(stage, attentionStages)
  if (site === undefined || !Object.hasOwn(blockSites, site)) return false
  const stages: readonly string[] = blockSites[site as keyof typeof blockSites]
  if (stage === undefined) return stages.length === 0 || stages === attentionStages
  return stages.length > 0 && (isStarred(stage) || stages.includes(stage))
}

function isStarred(text: string | undefined): text is Starred {
  return text?.includes('*') ?? false
}

function isOneOf<const T extends string>(text: string | undefined, all: readonly T[]): text is T {
  return (all as readonly (string | undefined)[]).includes(text)
}
