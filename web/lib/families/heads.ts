/** What stands on a checkpoint's blocks: which head it is by architecture and tensors, its labels, its names. */

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
  /** The engine's parameters by their names in the file, the first that is there; 'unembedding.weight' tells whether the head is. */
  readonly names: Readonly<Record<string, readonly string[]>>
  /** The layer before the logits, where there is one. */
  readonly dense?: Omit<Head, 'outputs'>
  /** Whether the logits have a bias. */
  readonly bias: boolean
  /** Whether the embedding may serve as the unembedding. */
  readonly canTie?: boolean
  /** Whose logits a text's labels are, of a sequence classifier. */
  readonly at?: 'first' | 'last'
}

/** A head as a checkpoint has it. */
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
 * The head that the architecture names, else the first whose tensors are there; a checkpoint without one is its bare
 * model, but for one that writes and says that its head is not the embedding: that one has lost it. `tied` is what the
 * config says of the embedding, undefined where it says nothing. Before the tensors are known, its word is taken.
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
  // A tied head may need a layer of its own nevertheless.
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

/** Whether a head reads this tensor. */
export function isOfHead(head: ChosenHead, tensor: string, tensorNames: ReadonlySet<string>): boolean {
  const parameters = Object.keys(head.form?.names ?? {})
  const read = head.engine.tiedEmbedding ? parameters.filter((name) => name !== 'unembedding.weight') : parameters
  return read.some((parameter) => headName(head, parameter, tensorNames) === tensor)
}

/** The file's name of one of a head's parameters. */
export function headName(
  { form }: ChosenHead,
  parameter: string,
  tensorNames: ReadonlySet<string>
): string | undefined {
  const candidates = form && Object.hasOwn(form.names, parameter) ? form.names[parameter] : undefined
  return candidates?.find((name) => tensorNames.has(name)) ?? candidates?.[0]
}

/** Texts by the numbers from 0 on; without them transformers calls labels LABEL_0, LABEL_1, … */
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
  throw config.bad('id2label', map, `an object of texts by the numbers from 0 on, at most ${maxLabels}`)
}

/** The head of a model that writes on. */
export const causalHead: HeadForm = {
  task: 'causal-lm',
  architecture: /(ForCausalLM|LMHeadModel|DoubleHeadsModel)$/,
  names: { 'unembedding.weight': ['lm_head.weight'] },
  bias: false,
  canTie: true
}

/** Labels of a text from its last token. */
export const scoreHead: HeadForm = {
  task: 'sequence-classification',
  architecture: /ForSequenceClassification$/,
  names: { 'unembedding.weight': ['score.weight'] },
  bias: false,
  at: 'last'
}

/** Labels of each token; some families call the layer a score. */
export function tokenHead(layer: 'classifier' | 'score' = 'classifier'): HeadForm {
  return {
    task: 'token-classification',
    architecture: /ForTokenClassification$/,
    names: { 'unembedding.weight': [`${layer}.weight`], logits_bias: [`${layer}.bias`] },
    bias: true
  }
}

export const questionHead: HeadForm = {
  task: 'question-answering',
  architecture: /ForQuestionAnswering$/,
  names: { 'unembedding.weight': ['qa_outputs.weight'], logits_bias: ['qa_outputs.bias'] },
  bias: true
}

/** What transformers' generic classes put on models that see no later tokens. */
export const decoderHeads: readonly HeadForm[] = [causalHead, scoreHead, tokenHead(), questionHead]
