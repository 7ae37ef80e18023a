/** The head above a checkpoint's blocks: chooses it by architecture and tensors, and gives its labels and tensor names. */

import type { TransformerConfig } from '../types/engine.js'
import { isJsonObject } from '../formats/json.js'
import type { Task } from '../types/index.js'
import type { ConfigReader } from './config-reader.js'
import { maxLabels } from './sizes.js'

type Head = NonNullable<TransformerConfig['head']>

/** A head that a family's checkpoints can have. */
export interface HeadForm {
  readonly task: Exclude<Task, 'none'>
  /** The end of the architecture's name, such as 'ForMaskedLM'. */
  readonly architecture: RegExp
  /**
   * For each engine parameter its possible names in the file; the first one that the file has counts. A head is stored
   * when its 'unembedding.weight' is.
   */
  readonly names: Readonly<Record<string, readonly string[]>>
  /** The dense layer before the logits, if the head has one. */
  readonly dense?: Omit<Head, 'outputs'>
  /** Whether the logits have a bias. */
  readonly bias: boolean
  /** Whether the embedding may serve as the unembedding. */
  readonly canTie?: boolean
  /** The token whose logits are the labels of a sequence classifier. */
  readonly at?: 'first' | 'last'
}

/** The head of one checkpoint. */
export interface ChosenHead {
  readonly task: Task
  readonly form: HeadForm | undefined
  readonly labels: readonly string[] | undefined
  readonly engine: Pick<TransformerConfig, 'head' | 'tiedEmbedding' | 'logitsBias'>
}

const none: ChosenHead = {
  task: 'none',
  form: undefined,
  labels: undefined,
  engine: { head: { outputs: 0 }, tiedEmbedding: true }
}

/**
 * Chooses the head that the architecture names when the file has it, else the first head that the file has, else none:
 * the base model without a head. A named language-model head is chosen even without its tensors when the config says
 * that it is not tied: the checkpoint is then incomplete, and the loader names the missing tensor. `tied` says whether
 * the config ties head and embedding, undefined when the config does not say. With no tensor names the config decides.
 */
export function chooseHead(
  config: ConfigReader,
  forms: readonly HeadForm[],
  tensorNames: ReadonlySet<string>,
  tied: boolean | undefined
): ChosenHead {
  const { architectures } = config.values
  const architecture: unknown = Array.isArray(architectures) ? architectures[0] : undefined
  const isStored = ({ names }: HeadForm) => (names['unembedding.weight'] ?? []).some((name) => tensorNames.has(name))
  // A tied head may still need the dense layer.
  const hasDense = ({ names }: HeadForm) => {
    const dense = names['head.dense.weight']
    return dense === undefined || dense.some((name) => tensorNames.has(name))
  }
  const isTied = (form: HeadForm) => form.canTie === true && (tied ?? !isStored(form))
  const isThere = (form: HeadForm) => (isStored(form) || isTied(form)) && hasDense(form)
  const named =
    typeof architecture === 'string' ? forms.find((form) => form.architecture.test(architecture)) : undefined
  const isUnknown = tensorNames.size === 0
  const isLost = (form: HeadForm) =>
    /^(causal|seq2seq)-lm$/.test(form.task) && config.values['tie_word_embeddings'] === false
  const form =
    named && (isUnknown || isThere(named) || isLost(named))
      ? named
      : (forms.find((each) => isStored(each) && hasDense(each)) ?? (isUnknown ? forms[0] : forms.find(isThere)))
  if (!form) return none
  const labels = labelsOf(config, form.task)
  return {
    task: form.task,
    form,
    labels,
    engine: {
      head: { ...form.dense, ...(labels && { outputs: labels.length }) },
      tiedEmbedding: isTied(form),
      logitsBias: form.bias
    }
  }
}

/** Whether the head reads this tensor. */
export function isOfHead(head: ChosenHead, tensor: string, tensorNames: ReadonlySet<string>): boolean {
  const parameters = Object.keys(head.form?.names ?? {})
  const read = head.engine.tiedEmbedding ? parameters.filter((name) => name !== 'unembedding.weight') : parameters
  return read.some((parameter) => headName(head, parameter, tensorNames) === tensor)
}

/** The name in the file of a head's parameter, or undefined when the parameter is not the head's. */
export function headName(
  { form }: ChosenHead,
  parameter: string,
  tensorNames: ReadonlySet<string>
): string | undefined {
  const candidates = form && Object.hasOwn(form.names, parameter) ? form.names[parameter] : undefined
  return candidates?.find((name) => tensorNames.has(name)) ?? candidates?.[0]
}

/** The label texts in `id2label`. Without them the labels are LABEL_0, LABEL_1, …, as in transformers. */
function labelsOf(config: ConfigReader, task: Task): readonly string[] | undefined {
  if (task === 'question-answering') return ['start', 'end']
  if (task !== 'sequence-classification' && task !== 'token-classification') return undefined
  const map = config.values['id2label'] ?? {}
  const entries = isJsonObject(map) ? Object.entries(map) : []
  if (isJsonObject(map) && entries.length === 0) {
    return Array.from({ length: config.size('num_labels', maxLabels, 2) }, (_, i) => `LABEL_${i}`)
  }
  const labels = entries.map((_, i) => (isJsonObject(map) ? map[String(i)] : undefined))
  if (labels.length > 0 && labels.length <= maxLabels && labels.every((label) => typeof label === 'string')) {
    return labels
  }
  throw config.bad('id2label', map, `an object with a text for each label 0, 1, 2, …, at most ${maxLabels} labels`)
}

/** The head that predicts the next token. */
export const causalHead: HeadForm = {
  task: 'causal-lm',
  architecture: /(ForCausalLM|LMHeadModel|DoubleHeadsModel)$/,
  names: { 'unembedding.weight': ['lm_head.weight'] },
  bias: false,
  canTie: true
}

/** The head that classifies a text at its last token. */
export const scoreHead: HeadForm = {
  task: 'sequence-classification',
  architecture: /ForSequenceClassification$/,
  names: { 'unembedding.weight': ['score.weight'] },
  bias: false,
  at: 'last'
}

/** The head that classifies each token. `layer` is its name in the file. */
export function tokenHead(layer: 'classifier' | 'score' = 'classifier'): HeadForm {
  return {
    task: 'token-classification',
    architecture: /ForTokenClassification$/,
    names: { 'unembedding.weight': [`${layer}.weight`], logits_bias: [`${layer}.bias`] },
    bias: true
  }
}

/** The head that marks the start and the end of an answer. */
export const questionHead: HeadForm = {
  task: 'question-answering',
  architecture: /ForQuestionAnswering$/,
  names: { 'unembedding.weight': ['qa_outputs.weight'], logits_bias: ['qa_outputs.bias'] },
  bias: true
}

/** The heads of transformers' generic classes for causal models. */
export const decoderHeads: readonly HeadForm[] = [causalHead, scoreHead, tokenHead(), questionHead]
