/** The description of a family of Transformers, and the plan of a checkpoint that follows from the description. */

import type { TransformerConfig } from '../types/engine.js'
import type { JsonObject } from '../formats/json.js'
import { ConfigReader } from './config-reader.js'
import type { Family, ModelPlan, ModelSizes, PositionsOf } from './family.js'
import { chooseHead, headName, isOfHead, type ChosenHead, type HeadForm } from './heads.js'
import type { StoredLayout } from './layouts.js'
import { allLayers } from './sizes.js'

/** The names of a file's tensors; empty when only the config is known. */
export type TensorNames = ReadonlySet<string>

/** Replacements that turn an engine parameter's name into the file's, applied in order. */
export type NameRules = readonly (readonly [RegExp, string])[]

/** The description of a family. */
export interface TransformerForm {
  readonly modelType: string
  /** Possible prefixes of the base model's names in a checkpoint with a head, such as 'transformer.'. */
  readonly prefixes: readonly string[]
  /** Matches the start of every base model's name, after the prefix. */
  readonly roots: RegExp
  /** Matches tensors of the base model that may be ignored: they follow from the config or change no result. */
  readonly unused?: RegExp
  readonly names: NameRules
  heads(config: ConfigReader): readonly HeadForm[]
  /** A stored head is read, whatever tie_word_embeddings says. */
  readonly headAsStored?: boolean
  /** The default of tie_word_embeddings. Without a default, head and embedding are tied when no head is stored. */
  readonly tied?: boolean
  /** The engine's config without the head. `tensors` are the base model's names without the prefix. */
  config(config: ConfigReader, tensors: TensorNames): TransformerConfig
  /** The layout of a base model's parameter that the file stores differently; the shape is the engine's. */
  storedLayout?(parameter: string, shape: readonly number[], engine: TransformerConfig): StoredLayout | undefined
  /** The rule for positions that depend on the text. */
  positions?(config: ConfigReader): PositionsOf | undefined
  /** Replaces a tensor's name by an older name when the file has only the older one. */
  spelling?(name: string, tensors: TensorNames): string
}

/** Makes a family from its description. */
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
  // Scale and soft cap apply to logits of the vocabulary only, not to labels.
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
    storedLayout: (parameter, shape) => form.storedLayout?.(parameter, shape, engine),
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

/** The prefix of the base model's names in this file. With no tensor names: the prefix of a checkpoint with a head. */
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

/** How logits become scores, as in transformers' pipeline: by `problem_type`, else by the number of labels. */
function scoresOf(config: ConfigReader, { labels = [] }: ChosenHead): Pick<ModelSizes, 'scores'> {
  const several = ['single_label_classification', 'multi_label_classification', 'regression']
  config.accept('problem_type', ...several)
  const [, multi, regression] = several
  const problem = config.values['problem_type']
  if (problem === regression) return { scores: 'none' }
  return problem === multi || labels.length === 1 ? { scores: 'sigmoid' } : {}
}

/** The sizes of an encoder–decoder. */
export function encoderDecoderSizes(engine: TransformerConfig, task: ModelSizes['task']): ModelSizes {
  const decoder = { L: engine.layers, N: engine.heads, layers: allLayers(engine.layers) }
  const { layers = 0, heads = 0 } = engine.encoder ?? {}
  const encoder = { L: layers, N: heads, layers: allLayers(layers) }
  return { kind: 'encoder-decoder', task, parts: { encoder, decoder, cross: decoder }, ...dimensions(engine) }
}

/** The dimension letters of the only stack, or of the decoder. */
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

/** The head width H = C / N. Throws 'bad-model' when N does not divide C. */
export function headWidthOf(config: ConfigReader, field: string, width: number, heads: number): number {
  if (width % heads === 0) return width / heads
  throw config.bad(field, width, `a multiple of the number of heads, ${heads}`)
}
