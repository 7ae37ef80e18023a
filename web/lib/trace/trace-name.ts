/** The grammar of traced names: the only place that takes them apart and puts them together. */

import { AttenscopeError } from '../errors.js'
import { kindOf } from '../formats/json.js'
import type { Part } from '../types/index.js'

/** The stages of an attention, in the order in which a run computes them. */
export const attentionStages = [
  ...(['q', 'k', 'v'] as const),
  ...(['scores', 'scaled', 'squashed', 'masked', 'pattern'] as const),
  ...(['weighted_norms', 'picture', 'head_output', 'output'] as const)
] as const

/** The sites of a block, each with its stages. A site without stages is a tensor itself. */
const blockSites = {
  attn: attentionStages,
  cross: attentionStages,
  feed_forward: ['output'],
  residual: [],
  lens: [],
  hidden: []
} as const satisfies Readonly<Record<string, readonly string[]>>

/** The sites of a whole stack. */
const stackSites = ['embedding', 'embeddings', 'positions', 'final_norm'] as const

/** A stage of an attention. */
export type AttentionStage = (typeof attentionStages)[number]
/** A place in a model where a tensor is traced: in a block, or in a whole stack. */
export type TraceSite = keyof typeof blockSites | (typeof stackSites)[number]

/** A traced name in its parts. `*` stands for every layer or every stage, as captures and edits allow. */
export interface TraceName {
  /**
   * Whose tensor it is, in a model of an encoder and a decoder; a cross-attention is the part 'cross'. Left out in names of
   * models with one stack.
   */
  readonly part?: Part
  /** The block, counted from 0; left out for a site of the whole stack. */
  readonly layer?: number | '*'
  readonly site: TraceSite
  /** What of the site; left out for the site as a whole, such as an attention that an edit sets. */
  readonly stage?: AttentionStage | '*'
}

/**
 * Puts a traced name together.
 *
 *     traceName({ layer: 0, site: 'attn', stage: 'pattern' })                   // 'blocks.0.attn.pattern'
 *     traceName({ part: 'cross', layer: 2, site: 'cross', stage: 'q' })         // 'decoder.blocks.2.cross.q'
 *     traceName({ part: 'encoder', site: 'embedding' })                         // 'encoder.embedding'
 *
 * The part 'cross' makes a cross-attention of the site 'attn' too. Throws 'option' for a site, layer or stage that cannot be.
 */
export function traceName({ part, layer, site, stage }: TraceName): string {
  const stack = part === undefined ? '' : part === 'encoder' ? 'encoder.' : 'decoder.'
  const inBlock = part === 'cross' && site === 'attn' ? 'cross' : site
  const block = layer === undefined ? '' : `blocks.${layer}.`
  const name = `${stack}${block}${inBlock}${stage === undefined ? '' : `.${stage}`}`
  if (parseTraceName(name)) return name
  const given = JSON.stringify({ part, layer, site, stage })
  throw new AttenscopeError(
    'option',
    `traceName: ${given} is no traced name; sites: ${allSites.map(kindOf).join(', ')}`
  )
}

const allSites: readonly TraceSite[] = [...(Object.keys(blockSites) as (keyof typeof blockSites)[]), ...stackSites]

/**
 * Takes a traced name apart; undefined for any other text. It knows the grammar, not a model: `model.info` and
 * `trace.names()` tell which names a model has.
 *
 *     parseTraceName('decoder.blocks.2.cross.q')  // { part: 'cross', layer: 2, site: 'cross', stage: 'q' }
 *     parseTraceName('blocks.*.attn')             // { layer: '*', site: 'attn' }
 */
export function parseTraceName(name: string): TraceName | undefined {
  const words = name.split('.')
  const stack = words[0] === 'encoder' || words[0] === 'decoder' ? words.shift() : undefined
  const isBlock = words[0] === 'blocks'
  const layer = isBlock ? layerOf(words[1]) : undefined
  if (isBlock && layer === undefined) return undefined
  const [site, stage, ...rest] = words.slice(isBlock ? 2 : 0)
  if (site === undefined || rest.length > 0) return undefined
  const stages = stagesOf(site, isBlock)
  if (stages === undefined) return undefined
  if (
    stage === undefined ? site === 'feed_forward' : !(stages.includes(stage) || (stage === '*' && stages.length > 0))
  ) {
    return undefined
  }
  // An encoder has no cross-attention; a model of one stack has none either.
  if (site === 'cross' && stack !== 'decoder') return undefined
  const part = site === 'cross' ? 'cross' : (stack as 'encoder' | 'decoder' | undefined)
  return {
    ...(part !== undefined && { part }),
    ...(layer !== undefined && { layer }),
    site: site as TraceSite,
    ...(stage !== undefined && { stage: stage as AttentionStage | '*' })
  }
}

/** A block's number as names write it: '01' would be a second name of block 1. */
function layerOf(word: string | undefined): number | '*' | undefined {
  if (word === '*') return word
  return word !== undefined && /^(0|[1-9]\d{0,8})$/.test(word) ? Number(word) : undefined
}

/** The stages that a site may have; undefined for what is no site there. */
function stagesOf(site: string, inBlock: boolean): readonly string[] | undefined {
  if (!inBlock) return (stackSites as readonly string[]).includes(site) ? [] : undefined
  return Object.hasOwn(blockSites, site) ? blockSites[site as keyof typeof blockSites] : undefined
}
