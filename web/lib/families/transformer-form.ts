/** What a family of Transformers says of itself, and the plan of one of its checkpoints that follows from it. */

import type { TransformerConfig } from '../types/engine.js'
import type { JsonObject } from '../formats/json.js'
import { ConfigReader } from './config-reader.js'
import type { Family, ModelPlan, ModelSizes, PositionsOf } from './family.js'
import { chooseHead, headName, isOfHead, type ChosenHead, type HeadForm } from './heads.js'
import type { Place } from './layouts.js'
import { allLayers } from './sizes.js'

export type TensorNames = ReadonlySet<string>

/** Of an engine's parameter what the file calls it, one replacement after another. */
export type NameRules = readonly (readonly [RegExp, string])[]

export interface TransformerForm {
  readonly modelType: string
  /** What may stand before the bare model's names in a checkpoint with a head, such as 'transformer.'; none without. */
  readonly prefixes: readonly string[]
  /** How the bare model's names begin. */
  readonly roots: RegExp
  /** The bare model's tensors that follow from the config, or that no result here depends on. */
  readonly unused?: RegExp
  readonly names: NameRules
  heads(config: ConfigReader): readonly HeadForm[]
  /** A head that is stored is read, whatever tie_word_embeddings says. */
  readonly headAsStored?: boolean
  /** What tie_word_embeddings is where the config does not say; undefined: as the file shows. */
  readonly tied?: boolean
  /** All but the head. `tensors` are the bare model's by their own names. */
  config(config: ConfigReader, tensors: TensorNames): TransformerConfig
  /** A bare model's parameter that lies otherwise in the file; the shape is the engine's. */
  place?(parameter: string, shape: readonly number[], engine: TransformerConfig): Place | undefined
  /** Where positions depend on the text: those of its tokens. */
  positions?(config: ConfigReader): PositionsOf | undefined
  /** Adjusts the last name that a file has for a tensor, for names of old. */
  spelling?(name: string, tensors: TensorNames): string
}

export function transformerFamily(form: TransformerForm): Family {
  return { modelType: form.modelType, plan: (values, tensorNames) => planOf(form, values, tensorNames) }
}

function planOf(form: TransformerForm, values: JsonObject, tensorNames: TensorNames): ModelPlan {
  const config = new ConfigReader(values)
  const prefix = prefixOf(form, tensorNames)
  const own = new Set(
    [...tensorNames].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  )
  const bare = form.config(config, own)
  const tied = form.headAsStored
    ? undefined
    : config.flag('tie_word_embeddings', form.tied ?? !tensorNames.has('lm_head.weight'))
  const head = chooseHead(config, form.heads(config), tensorNames, tied)
  const { logitsSoftcap, logitsScale, ...withoutLogits } = bare
  // What is done to logits of the vocabulary is not done to labels.
  const engine: TransformerConfig = { ...(head.labels ? withoutLogits : bare), ...head.engine }
  const positions = form.positions?.(config)
  const padId = values['pad_token_id']
  return {
    engine: { transformer: engine },
    sizes: { ...sizesOf(engine, head), ...(head.task === 'sequence-classification' && scoresOf(config, head)) },
    ...(positions && { positions }),
    ...(head.form?.at && {
      labelsAt: { token: head.form.at, ...(typeof padId === 'number' && { padId }) }
    }),
    tensorName(parameter) {
      const ofHead = headName(head, parameter, tensorNames)
      if (ofHead !== undefined) return spell(form, ofHead, tensorNames)
      const name = form.names.reduce((text, [from, to]) => text.replace(from, to), parameter)
      return spell(form, prefix + name, tensorNames)
    },
    place: (parameter, shape) => form.place?.(parameter, shape, engine),
    mayIgnore(name) {
      if (isOfHead(head, name, tensorNames)) return false
      if (!name.startsWith(prefix)) return true
      const rest = name.slice(prefix.length)
      if (form.unused?.test(rest)) return true
      return prefix === '' && !form.roots.test(rest)
    }
  }
}

function spell(form: TransformerForm, name: string, tensors: TensorNames): string {
  return form.spelling?.(name, tensors) ?? name
}

/** Before the weights are known, that of a checkpoint with a head. */
function prefixOf({ prefixes, roots }: TransformerForm, tensorNames: TensorNames): string {
  if (tensorNames.size === 0) return prefixes[0] ?? ''
  const names = [...tensorNames]
  return (
    prefixes.find((prefix) => names.some((name) => name.startsWith(prefix) && roots.test(name.slice(prefix.length)))) ??
    ''
  )
}

function sizesOf(engine: TransformerConfig, { task, labels }: ChosenHead): ModelSizes {
  const stack = { L: engine.layers, N: engine.heads, layers: allLayers(engine.layers) }
  const isEncoder = engine.causal === false
  if (engine.encoder) return encoderDecoderSizes(engine, task)
  return {
    kind: task === 'sequence-classification' ? 'classifier' : isEncoder ? 'encoder' : 'decoder',
    task,
    parts: isEncoder ? { encoder: stack } : { decoder: stack },
    ...(labels && { labels }),
    ...dimensions(engine)
  }
}

/** As transformers' pipeline tells from the kind of problem, else from the number of labels. */
function scoresOf(config: ConfigReader, { labels = [] }: ChosenHead): Pick<ModelSizes, 'scores'> {
  const several = ['single_label_classification', 'multi_label_classification', 'regression']
  config.accept('problem_type', ...several)
  const [, multi, regression] = several
  const problem = config.values['problem_type']
  if (problem === regression) return { scores: 'none' }
  return problem === multi || labels.length === 1 ? { scores: 'sigmoid' } : {}
}

/** Of an encoder beside a decoder. */
export function encoderDecoderSizes(engine: TransformerConfig, task: ModelSizes['task']): ModelSizes {
  const decoder = { L: engine.layers, N: engine.heads, layers: allLayers(engine.layers) }
  const { layers = 0, heads = 0 } = engine.encoder ?? {}
  const encoder = { L: layers, N: heads, layers: allLayers(layers) }
  return { kind: 'encoder-decoder', task, parts: { encoder, decoder, cross: decoder }, ...dimensions(engine) }
}

/** The letters, of the only stack or the decoder. */
export function dimensions(
  engine: TransformerConfig
): Pick<ModelSizes, 'L' | 'N' | 'K' | 'H' | 'C' | 'F' | 'V' | 'context'> {
  return {
    L: engine.layers,
    N: engine.heads,
    K: engine.keyValueHeads,
    H: engine.headWidth,
    C: engine.width,
    F: engine.feedForwardWidth,
    V: engine.vocabulary,
    context: engine.context
  }
}

/** The width of a head where the heads divide the model's. */
export function headWidthOf(config: ConfigReader, field: string, width: number, heads: number): number {
  if (width % heads === 0) return width / heads
  throw config.bad(field, width, `a multiple of the number of heads, ${heads}`)
}
