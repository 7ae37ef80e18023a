/** Rotary positions as configs tell them, of transformers 5 (rope_parameters) and before (rope_scaling beside the rest). */

import type { TransformerConfig } from '../types/engine.js'
import type { ConfigReader } from './config-reader.js'
import { maxContext } from './sizes.js'

export type Rotary = Pick<TransformerConfig, 'position' | 'rotaryBase' | 'rotaryWidth' | 'rotaryScaling' | 'context'>

/** Fields that a family calls otherwise, and what they are by default. */
interface RotaryFields {
  readonly baseField?: string
  readonly shareField?: string
  readonly share?: number
  readonly types?: readonly string[]
}

const allTypes = ['default', 'linear', 'dynamic', 'llama3', 'yarn']

/** `context` is the longest text, of which dynamic scaling may leave less. */
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
  const turned =
    section?.positive('partial_rotary_factor', config.positive(shareField, share)) ?? config.positive(shareField, share)
  if (turned > 1) throw config.bad(shareField, turned, 'a number above 0, at most 1')
  const rotaryWidth = Math.floor(headWidth * turned)
  // Pairs of numbers are turned.
  if (rotaryWidth % 2 !== 0 || rotaryWidth === 0) {
    throw config.bad('head_dim', headWidth, 'a width of which rotary positions turn an even number')
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
      // Up to the length of the training nothing is stretched; longer texts are refused.
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
    // 0 stands for what follows from the factor.
    attentionFactor: section.number('attention_factor', 0),
    mscale: section.number('mscale', 0),
    mscaleAllDimensions: section.number('mscale_all_dim', 0)
  }
}
