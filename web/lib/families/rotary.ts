/** Reads rotary positions (Su et al. 2021) from configs of transformers 5 (rope_parameters) and earlier (rope_scaling). */

import type { TransformerConfig } from '../types/engine.js'
import type { ConfigReader } from './config-reader.js'
import { maxContext } from './sizes.js'

/** The fields of the engine's config that describe rotary positions. */
export type Rotary = Pick<TransformerConfig, 'position' | 'rotaryBase' | 'rotaryWidth' | 'rotaryScaling' | 'context'>

/** A family's own field names and defaults. */
interface RotaryFields {
  readonly baseField?: string
  readonly shareField?: string
  /** The share of each head's width that is rotated, above 0 and at most 1. */
  readonly share?: number
  /** The supported scaling types. */
  readonly types?: readonly string[]
}

const allTypes = ['default', 'linear', 'dynamic', 'llama3', 'yarn']

/** Reads base, rotated width and scaling. `context` is the longest text in tokens; dynamic scaling may make it shorter. */
export function readRotary(
  config: ConfigReader,
  headWidth: number,
  context: number,
  { baseField = 'rope_theta', shareField = 'partial_rotary_factor', share = 1, types = allTypes }: RotaryFields = {}
): Rotary {
  const sections = ['rope_parameters', 'rope_scaling'].map((field) => config.section(field))
  const [section] = sections.filter((found) => found !== undefined)
  const own = config.positive(baseField, 10_000)
  const rotaryBase = section?.positive('rope_theta', own) ?? own
  const rotatedShare =
    section?.positive('partial_rotary_factor', config.positive(shareField, share)) ?? config.positive(shareField, share)
  if (rotatedShare > 1) throw config.bad(shareField, rotatedShare, 'a number above 0, at most 1')
  const rotaryWidth = Math.floor(headWidth * rotatedShare)
  // Rotary positions rotate pairs of numbers.
  if (rotaryWidth % 2 !== 0 || rotaryWidth === 0) {
    throw config.bad('head_dim', headWidth, `a width whose rotated part, ${rotatedShare} of it, is even and at least 2`)
  }
  return {
    position: 'rotary',
    rotaryBase,
    ...(rotaryWidth !== headWidth && { rotaryWidth }),
    context,
    ...(section && readScaling(section, context, types))
  }
}

function readScaling(section: ConfigReader, context: number, types: readonly string[]): Partial<Rotary> {
  section.accept('rope_type', ...types)
  section.accept('type', ...types)
  const type = section.values['rope_type'] ?? section.values['type'] ?? 'default'
  const original = (otherwise?: number) => section.size('original_max_position_embeddings', maxContext, otherwise)
  switch (type) {
    case 'linear':
      return { rotaryScaling: { kind: 'linear', factor: section.positive('factor') } }
    case 'dynamic':
      // Texts up to the training length need no scaling. Longer texts are refused.
      return { context: Math.min(context, original(context)) }
    case 'llama3':
      return {
        rotaryScaling: {
          kind: 'llama3',
          factor: section.positive('factor'),
          originalLength: original(),
          lowFrequencyFactor: section.positive('low_freq_factor'),
          highFrequencyFactor: section.positive('high_freq_factor')
        }
      }
    case 'yarn':
      return { rotaryScaling: readYarn(section, context, original(context)) }
    default:
      return {}
  }
}

function readYarn(
  section: ConfigReader,
  context: number,
  originalLength: number
): NonNullable<Rotary['rotaryScaling']> {
  return {
    kind: 'yarn',
    factor: section.positive('factor', context / originalLength),
    originalLength,
    betaFast: section.positive('beta_fast', 32),
    betaSlow: section.positive('beta_slow', 1),
    truncate: section.flag('truncate', true),
    // 0 lets the engine compute the value from the factor.
    attentionFactor: section.number('attention_factor', 0),
    mscale: section.number('mscale', 0),
    mscaleAllDimensions: section.number('mscale_all_dim', 0)
  }
}
