/**
 * The lists of choices, each written once. The types of options and the checks of their values are derived from these
 * lists.
 */

/** The scores of attention; see ScoreName. */
export const scoreNames = ['scaled-dot', 'dot', 'general', 'additive', 'cosine'] as const

/** The stages of the scores before the normaliser, in the order of computation. */
export const stageNames = ['scores', 'scaled', 'squashed', 'masked'] as const

/** The functions that squash scaled scores. */
export const squashNames = ['none', 'tanh'] as const

/** The normalisers of the attention library; see NormalizerName. */
export const normalizerNames = ['softmax', 'tanh', 'sigmoid', 'sparsemax', 'entmax15', 'hard', 'none'] as const

/** The normalisers that an edit can set. 'sample' puts all weight on one key, drawn from the softmax. */
export const editNormalizers = [...normalizerNames, 'sample'] as const

/** The position encodings of the attention library; see Ops.positionalEncoding. */
export const positionKinds = ['sinusoidal', 'powers-of-two', 'rotary', 'learned', 'alibi', 't5'] as const

/** The position encodings that an edit can set; see PositionSettings. */
export const editPositions = ['none', 'rotary', 'sinusoidal', 'powers-of-two', 'alibi'] as const

/** The operations of an edit; see Edit. */
export const editOps = ['zero', 'mean', 'scale', 'add', 'set', 'renormalise', 'patch'] as const

/** The formats of a model's matrices; see Dtype. */
export const dtypes = ['f32', 'f16', 'int8', 'auto'] as const

/** The builds of the engine; see Variant. */
export const variants = ['base', 'relaxed'] as const

/** The threads that an engine can run on; see Thread. */
export const threadKinds = ['worker', 'caller'] as const

/** The codes of errors; see AttenscopeError. */
export const errorCodes = [
  'bad-model',
  'unsupported',
  'shape',
  'option',
  'tokenizer',
  'too-long',
  'memory',
  'not-captured',
  'aborted',
  'disposed',
  'network',
  'worker',
  'blocked'
] as const
