/** Every form of the attention library, and the tests that hold it: what the table in docs/attention.md is made from. */

/** A test file, and a word by which the form stands in it. */
export type Evidence = readonly [file: string, word: string]

export interface FormRow {
  readonly form: string
  /** Checked by doctest, natively and in both WebAssembly builds. */
  readonly forward: Evidence
  /** The same for its gradient, or why there is none to compute. */
  readonly gradient: Evidence | string
  /** Checked through the package, in both WebAssembly builds. */
  readonly wasm: Evidence
  readonly checkedAgainst: string
}

const op: (word: string) => Evidence = (word) => ['cpp/attention_op_helpers.h', word]
const grad: (word: string) => Evidence = (word) => ['cpp/attention_op_helpers.h', word]
const js: (word: string) => Evidence = (word) => ['ts/ops-attention-gradient.test.ts', word]
const normalizers: (word: string) => Evidence = (word) => ['ts/support/attention-reference.ts', word]
const positions: (word: string) => Evidence = (word) => ['ts/ops-positions.test.ts', word]
const layers: (word: string) => Evidence = (word) => ['ts/ops-layers-gradient.test.ts', word]
const rows: (word: string) => Evidence = (word) => ['ts/ops-rows-gradient.test.ts', word]
const onnx: (word: string) => Evidence = (word) => ['ts/support/onnx-adapter.ts', word]
const opTest: (word: string) => Evidence = (word) => ['cpp/attention_op_test.cpp', word]
const gradientTest: (word: string) => Evidence = (word) => ['cpp/attention_gradient_test.cpp', word]
const heads: (word: string) => Evidence = (word) => ['cpp/multi_head_test.cpp', word]
const linear: (word: string) => Evidence = (word) => ['cpp/linear_attention_test.cpp', word]
const position: (word: string) => Evidence = (word) => ['cpp/position_test.cpp', word]
const scaling: (word: string) => Evidence = (word) => ['cpp/rotary_scaling_test.cpp', word]

const multi: (word: string) => Evidence = (word) => ['ts/ops-natural-forms.test.ts', word]

const loops = 'float64 loops'

export const forms: readonly FormRow[] = [
  {
    form: 'score: scaled dot',
    forward: op('kDot'),
    gradient: grad('kDot'),
    wasm: js('scaled-dot'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'score: dot',
    forward: op('kDot'),
    gradient: grad('kDot'),
    wasm: js("'dot'"),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'score: general',
    forward: op('kGeneral'),
    gradient: grad('kGeneral'),
    wasm: js('general'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'score: additive, two projections',
    forward: op('kAdditive'),
    gradient: grad('kAdditive'),
    wasm: js('additive'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'score: additive, one projection',
    forward: op('kAdditive'),
    gradient: grad('kAdditive'),
    wasm: js('joined'),
    checkedAgainst: loops
  },
  {
    form: 'score: cosine',
    forward: op('kCosine'),
    gradient: grad('kCosine'),
    wasm: js('cosine'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'scale, as a parameter',
    forward: op('scale'),
    gradient: gradientTest('grad_scale'),
    wasm: js('scale'),
    checkedAgainst: `${loops}, ONNX`
  },
  {
    form: 'squash: tanh',
    forward: op('kSquashes'),
    gradient: grad('kSquashes'),
    wasm: js('tanh'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'squash: soft cap',
    forward: op('kSoftcap'),
    gradient: grad('kSoftcap'),
    wasm: js('softcap'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'squash: soft cap, and then tanh',
    forward: op('kSquashes'),
    gradient: grad('kSquashes'),
    wasm: js('softcap, and then tanh'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'weights: softmax',
    forward: op('kSoftmax'),
    gradient: grad('kSoftmax'),
    wasm: normalizers('softmax'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'weights: tanh',
    forward: op('kTanh'),
    gradient: grad('kTanh'),
    wasm: normalizers('tanh'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'weights: sigmoid',
    forward: op('kSigmoid'),
    gradient: grad('kSigmoid'),
    wasm: normalizers('sigmoid'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'weights: sparsemax',
    forward: op('kSparsemax'),
    gradient: grad('kSparsemax'),
    wasm: normalizers('sparsemax'),
    checkedAgainst: 'bisection in float64'
  },
  {
    form: 'weights: 1.5-entmax',
    forward: op('kEntmax15'),
    gradient: grad('kEntmax15'),
    wasm: normalizers('entmax15'),
    checkedAgainst: 'bisection in float64'
  },
  {
    form: 'weights: hard',
    forward: op('kHard'),
    gradient: gradientTest('straight through'),
    wasm: ['ts/ops.test.ts', 'hard'],
    checkedAgainst: loops
  },
  {
    form: 'weights: hard, sampled',
    forward: opTest('kSample'),
    gradient: gradientTest('REINFORCE'),
    wasm: ['ts/ops.test.ts', 'seed'],
    checkedAgainst: 'frequencies; the expected loss'
  },
  {
    form: 'weights: none',
    forward: op('kNone'),
    gradient: grad('kNone'),
    wasm: normalizers('none'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'normalised over queries',
    forward: op('kQueries'),
    gradient: grad('kQueries'),
    wasm: js('queries'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'weighted backward',
    forward: op('kBackward'),
    gradient: grad('kBackward'),
    wasm: js('backward'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'mask of 0 and 1',
    forward: opTest('AddMask'),
    gradient: gradientTest('allowed'),
    wasm: js('mask'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'mask with a finite fill',
    forward: opTest('mask_fill'),
    gradient: gradientTest('mask_fill'),
    wasm: js('maskFill'),
    checkedAgainst: loops
  },
  {
    form: 'mask, additive',
    forward: opTest('AddBias'),
    gradient: gradientTest('bias'),
    wasm: js('mask'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'mask: causal',
    forward: opTest('causal'),
    gradient: gradientTest('causal'),
    wasm: js('causal'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'mask: key lengths',
    forward: opTest('key_lengths'),
    gradient: js('keyLengths'),
    wasm: js('keyLengths'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'mask: local window',
    forward: opTest('window_left'),
    gradient: js('window'),
    wasm: js('window'),
    checkedAgainst: loops
  },
  {
    form: 'mask: window with global tokens',
    forward: opTest('global_tokens'),
    gradient: js('globalTokens'),
    wasm: js('globalTokens'),
    checkedAgainst: loops
  },
  {
    form: 'mask: strided',
    forward: ['cpp/sparse_masks_test.cpp', 'StridedMask'],
    gradient: gradientTest('allowed'),
    wasm: ['ts/ops-masks.test.ts', 'strided'],
    checkedAgainst: 'pictures by hand'
  },
  {
    form: 'mask: fixed',
    forward: ['cpp/sparse_masks_test.cpp', 'FixedMask'],
    gradient: gradientTest('allowed'),
    wasm: ['ts/ops-masks.test.ts', 'fixed'],
    checkedAgainst: 'pictures by hand'
  },
  {
    form: 'mask: block-sparse',
    forward: ['cpp/sparse_masks_test.cpp', 'BlockSparseMask'],
    gradient: gradientTest('allowed'),
    wasm: ['ts/ops-masks.test.ts', 'block'],
    checkedAgainst: 'pictures by hand'
  },
  {
    form: 'heads: grouped and multi-query',
    forward: op('sizes.K'),
    gradient: gradientTest('sizes.K'),
    wasm: js('K'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'heads: other value and key widths',
    forward: op('Hk'),
    gradient: gradientTest('Hv'),
    wasm: js('Hv'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'KV cache',
    forward: opTest('a past'),
    gradient: gradientTest('past_key'),
    wasm: js('pastKey'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'multi-head: separate',
    forward: heads('kSeparate'),
    gradient: heads('kSeparate'),
    wasm: layers('separate'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'multi-head: shared',
    forward: heads('kShared'),
    gradient: heads('kShared'),
    wasm: layers('shared'),
    checkedAgainst: loops
  },
  {
    form: 'multi-head: chained',
    forward: heads('kChained'),
    gradient: heads('kChained'),
    wasm: layers('chained'),
    checkedAgainst: loops
  },
  {
    form: 'multi-head: additive mask, key lengths',
    forward: heads('kLengths'),
    gradient: heads('kLengths'),
    wasm: multi('keyLengths'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'multi-head: KV cache, given back',
    forward: heads('the past of the next'),
    gradient: heads('kBiasAndPast'),
    wasm: multi('presentKey'),
    checkedAgainst: `${loops}; all at once, bit for bit`
  },
  {
    form: 'projections with an activation',
    forward: heads('kRelu'),
    gradient: heads('kRelu'),
    wasm: layers('activation'),
    checkedAgainst: loops
  },
  {
    form: 'pooling: learned query',
    forward: ['cpp/pooling_test.cpp', 'pooling'],
    gradient: grad('kDot'),
    wasm: layers('pooling'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'pooling: additive',
    forward: ['cpp/pooling_test.cpp', 'additive'],
    gradient: grad('kAdditive'),
    wasm: layers('pooling'),
    checkedAgainst: loops
  },
  {
    form: 'pooling: additive mask, lengths',
    forward: ['cpp/pooling_test.cpp', 'score_bias'],
    gradient: multi('gradMask'),
    wasm: multi('pooling'),
    checkedAgainst: `${loops}, PyTorch`
  },
  {
    form: 'combine: concatenation',
    forward: ['cpp/combine_test.cpp', 'kConcat'],
    gradient: ['cpp/combine_test.cpp', 'kConcat'],
    wasm: layers('concat'),
    checkedAgainst: loops
  },
  {
    form: 'combine: sum',
    forward: ['cpp/combine_test.cpp', 'kSum'],
    gradient: ['cpp/combine_test.cpp', 'kSum'],
    wasm: layers('sum'),
    checkedAgainst: loops
  },
  {
    form: 'combine: gate',
    forward: ['cpp/combine_test.cpp', 'kGate'],
    gradient: ['cpp/combine_test.cpp', 'kGate'],
    wasm: layers('gate'),
    checkedAgainst: loops
  },
  {
    form: 'linear attention: linear',
    forward: linear('kLinear'),
    gradient: linear('gradients'),
    wasm: onnx('LinearAttention'),
    checkedAgainst: `${loops}, ONNX`
  },
  {
    form: 'linear attention: gated',
    forward: linear('kGated'),
    gradient: linear('gradients'),
    wasm: onnx('LinearAttention'),
    checkedAgainst: `${loops}, ONNX`
  },
  {
    form: 'linear attention: delta',
    forward: linear('kDelta'),
    gradient: linear('gradients'),
    wasm: onnx('LinearAttention'),
    checkedAgainst: `${loops}, ONNX`
  },
  {
    form: 'linear attention: gated delta',
    forward: linear('kGatedDelta'),
    gradient: linear('gradients'),
    wasm: onnx('LinearAttention'),
    checkedAgainst: `${loops}, ONNX`
  },
  {
    form: 'long sequences, tile by tile',
    forward: ['cpp/streaming_test.cpp', 'the switch to tiles of keys'],
    gradient: gradientTest('more queries than are taken at once'),
    wasm: ['ts/ops.test.ts', 'patternOf'],
    checkedAgainst: `${loops}; the plain path`
  },
  {
    form: 'encoding: sinusoidal',
    forward: position('sinusoidal'),
    gradient: 'constant',
    wasm: positions('sinusoidal'),
    checkedAgainst: `${loops}, transformers`
  },
  {
    form: 'encoding: powers of two',
    forward: position('powers of two'),
    gradient: 'constant',
    wasm: ['ts/ops.test.ts', 'powers-of-two'],
    checkedAgainst: loops
  },
  {
    form: 'encoding: learned',
    forward: position('learned'),
    gradient: position('its gradient'),
    wasm: rows('learned'),
    checkedAgainst: loops
  },
  {
    form: 'encoding added, or put beside',
    forward: position('apply'),
    gradient: position('gradients are those of the sums'),
    wasm: layers('sum'),
    checkedAgainst: loops
  },
  {
    form: 'rotary: halves, neighbours, part of the width',
    forward: ['cpp/rotary_test.cpp', 'kNeighbours'],
    gradient: ['cpp/rotary_test.cpp', 'the gradient is the turn back'],
    wasm: onnx('RotaryEmbedding'),
    checkedAgainst: 'complex numbers, PyTorch, ONNX'
  },
  {
    form: 'rotary scaling: linear',
    forward: scaling('linear'),
    gradient: ['cpp/rotary_test.cpp', 'of scaled angles too'],
    wasm: rows('rotary'),
    checkedAgainst: 'transformers'
  },
  {
    form: 'rotary scaling: NTK and dynamic NTK',
    forward: scaling('NTK'),
    gradient: ['cpp/rotary_test.cpp', 'of scaled angles too'],
    wasm: rows('rotary'),
    checkedAgainst: 'its definition; transformers'
  },
  {
    form: 'rotary scaling: Llama 3',
    forward: scaling('Llama 3'),
    gradient: ['cpp/rotary_test.cpp', 'of scaled angles too'],
    wasm: rows('rotary'),
    checkedAgainst: 'transformers'
  },
  {
    form: 'rotary scaling: YaRN',
    forward: scaling('YaRN'),
    gradient: ['cpp/rotary_test.cpp', 'of scaled angles too'],
    wasm: rows('rotary'),
    checkedAgainst: 'transformers'
  },
  {
    form: 'ALiBi',
    forward: ['cpp/relative_bias_test.cpp', 'alibi'],
    gradient: 'constant',
    wasm: positions('alibi'),
    checkedAgainst: 'BLOOM and MPT in transformers; PyTorch, in attention'
  },
  {
    form: 'T5 buckets',
    forward: ['cpp/relative_bias_test.cpp', 't5 buckets'],
    gradient: ['cpp/relative_bias_test.cpp', 'gives its gradient back'],
    wasm: rows('t5'),
    checkedAgainst: 'transformers; PyTorch, in attention'
  },
  {
    form: 'softmax and its logarithm along any axis',
    forward: ['cpp/softmax_test.cpp', 'every split'],
    gradient: ['cpp/softmax_test.cpp', 'gradients agree'],
    wasm: onnx('LogSoftmax'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'layer norm',
    forward: ['cpp/norms_test.cpp', 'layer norm'],
    gradient: ['cpp/norms_test.cpp', 'gradients agree'],
    wasm: onnx('LayerNormalization'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  },
  {
    form: 'RMS norm',
    forward: ['cpp/norms_test.cpp', 'RMS norm'],
    gradient: ['cpp/norms_test.cpp', 'gradients agree'],
    wasm: onnx('RMSNormalization'),
    checkedAgainst: `${loops}, PyTorch, ONNX`
  }
]

const cell = (evidence: Evidence | string) =>
  typeof evidence === 'string' ? evidence : `[yes](../wasm-tests/${evidence[0]})`

/** The table as Markdown. What is checked in C++ runs natively, under sanitizers, and in both WebAssembly builds. */
export function formsTable(): string {
  const header = ['form', 'forward', 'gradient', 'native', 'WebAssembly', 'checked against']
  const body = forms.map(({ form, forward, gradient, wasm, checkedAgainst }) => [
    form,
    cell(forward),
    cell(gradient),
    cell(forward),
    cell(wasm),
    checkedAgainst
  ])
  return [header, header.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
