/** Every form of the attention library and the tests that check it: the source of the table in docs/attention.md. */

/** A test file, and a word in it that belongs to the form. */
export type Evidence = readonly [file: string, word: string]

export interface FormRow {
  readonly form: string
  /** Checked by doctest, natively and in both WebAssembly builds. */
  readonly forward: Evidence
  /** The same for its gradient, or the reason why there is none. */
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

const row = (
  form: string,
  forward: Evidence,
  gradient: Evidence | string,
  wasm: Evidence,
  checkedAgainst: string
): FormRow => ({ form, forward, gradient, wasm, checkedAgainst })

export const forms: readonly FormRow[] = [
  row('score: scaled dot', op('kDot'), grad('kDot'), js('scaled-dot'), `${loops}, PyTorch, ONNX`),
  row('score: dot', op('kDot'), grad('kDot'), js("'dot'"), `${loops}, PyTorch`),
  row('score: general', op('kGeneral'), grad('kGeneral'), js('general'), `${loops}, PyTorch`),
  row('score: additive, two projections', op('kAdditive'), grad('kAdditive'), js('additive'), `${loops}, PyTorch`),
  row('score: additive, one projection', op('kAdditive'), grad('kAdditive'), js('joined'), loops),
  row('score: cosine', op('kCosine'), grad('kCosine'), js('cosine'), `${loops}, PyTorch`),
  row('scale, as a parameter', op('scale'), gradientTest('grad_scale'), js('scale'), `${loops}, ONNX`),
  row('squash: tanh', op('kSquashes'), grad('kSquashes'), js('tanh'), `${loops}, PyTorch`),
  row('squash: soft cap', op('kSoftcap'), grad('kSoftcap'), js('softcap'), `${loops}, PyTorch, ONNX`),
  row(
    'squash: soft cap, and then tanh',
    op('kSquashes'),
    grad('kSquashes'),
    js('softcap, and then tanh'),
    `${loops}, PyTorch`
  ),
  row('normaliser: softmax', op('kSoftmax'), grad('kSoftmax'), normalizers('softmax'), `${loops}, PyTorch, ONNX`),
  row('normaliser: tanh', op('kTanh'), grad('kTanh'), normalizers('tanh'), `${loops}, PyTorch`),
  row('normaliser: sigmoid', op('kSigmoid'), grad('kSigmoid'), normalizers('sigmoid'), `${loops}, PyTorch`),
  row('normaliser: sparsemax', op('kSparsemax'), grad('kSparsemax'), normalizers('sparsemax'), 'bisection in float64'),
  row('normaliser: 1.5-entmax', op('kEntmax15'), grad('kEntmax15'), normalizers('entmax15'), 'bisection in float64'),
  row('normaliser: hard', op('kHard'), gradientTest('straight through'), ['ts/ops.test.ts', 'hard'], loops),
  row(
    'normaliser: hard, sampled',
    opTest('kSample'),
    gradientTest('REINFORCE'),
    ['ts/ops.test.ts', 'seed'],
    'frequencies; the expected loss'
  ),
  row('normaliser: none', op('kNone'), grad('kNone'), normalizers('none'), `${loops}, PyTorch`),
  row('normalised over queries', op('kQueries'), grad('kQueries'), js('queries'), `${loops}, PyTorch`),
  row('weighted backward', op('kBackward'), grad('kBackward'), js('backward'), `${loops}, PyTorch`),
  row('mask of 0 and 1', opTest('AddMask'), gradientTest('allowed'), js('mask'), `${loops}, PyTorch, ONNX`),
  row('mask with a finite fill', opTest('mask_fill'), gradientTest('mask_fill'), js('maskFill'), loops),
  row('mask, additive', opTest('AddBias'), gradientTest('bias'), js('mask'), `${loops}, PyTorch, ONNX`),
  row('mask: causal', opTest('causal'), gradientTest('causal'), js('causal'), `${loops}, PyTorch, ONNX`),
  row('mask: key lengths', opTest('key_lengths'), js('keyLengths'), js('keyLengths'), `${loops}, PyTorch, ONNX`),
  row('mask: local window', opTest('window_left'), js('window'), js('window'), loops),
  row('mask: window with global tokens', opTest('global_tokens'), js('globalTokens'), js('globalTokens'), loops),
  row(
    'mask: strided',
    ['cpp/sparse_masks_test.cpp', 'StridedMask'],
    gradientTest('allowed'),
    ['ts/ops-masks.test.ts', 'strided'],
    'masks drawn by hand'
  ),
  row(
    'mask: fixed',
    ['cpp/sparse_masks_test.cpp', 'FixedMask'],
    gradientTest('allowed'),
    ['ts/ops-masks.test.ts', 'fixed'],
    'masks drawn by hand'
  ),
  row(
    'mask: block-sparse',
    ['cpp/sparse_masks_test.cpp', 'BlockSparseMask'],
    gradientTest('allowed'),
    ['ts/ops-masks.test.ts', 'block'],
    'masks drawn by hand'
  ),
  row('heads: grouped and multi-query', op('sizes.K'), gradientTest('sizes.K'), js('K'), `${loops}, PyTorch, ONNX`),
  row('heads: other value and key widths', op('Hk'), gradientTest('Hv'), js('Hv'), `${loops}, PyTorch, ONNX`),
  row('KV cache', opTest('a past'), gradientTest('past_key'), js('pastKey'), `${loops}, PyTorch, ONNX`),
  row('multi-head: separate', heads('kSeparate'), heads('kSeparate'), layers('separate'), `${loops}, PyTorch`),
  row('multi-head: shared', heads('kShared'), heads('kShared'), layers('shared'), loops),
  row('multi-head: chained', heads('kChained'), heads('kChained'), layers('chained'), loops),
  row(
    'multi-head: additive mask, key lengths',
    heads('kLengths'),
    heads('kLengths'),
    multi('keyLengths'),
    `${loops}, PyTorch`
  ),
  row(
    'multi-head: KV cache, returned',
    heads('the past of the next'),
    heads('kBiasAndPast'),
    multi('presentKey'),
    `${loops}; one call for the whole text, bit for bit`
  ),
  row('projections with an activation', heads('kRelu'), heads('kRelu'), layers('activation'), loops),
  row(
    'pooling: learned query',
    ['cpp/pooling_test.cpp', 'pooling'],
    grad('kDot'),
    layers('pooling'),
    `${loops}, PyTorch`
  ),
  row('pooling: additive', ['cpp/pooling_test.cpp', 'additive'], grad('kAdditive'), layers('pooling'), loops),
  row(
    'pooling: additive mask, lengths',
    ['cpp/pooling_test.cpp', 'score_bias'],
    multi('gradMask'),
    multi('pooling'),
    `${loops}, PyTorch`
  ),
  row(
    'combine: concatenation',
    ['cpp/combine_test.cpp', 'kConcat'],
    ['cpp/combine_test.cpp', 'kConcat'],
    layers('concat'),
    loops
  ),
  row('combine: sum', ['cpp/combine_test.cpp', 'kSum'], ['cpp/combine_test.cpp', 'kSum'], layers('sum'), loops),
  row('combine: gate', ['cpp/combine_test.cpp', 'kGate'], ['cpp/combine_test.cpp', 'kGate'], layers('gate'), loops),
  row('linear attention: linear', linear('kLinear'), linear('gradients'), onnx('LinearAttention'), `${loops}, ONNX`),
  row('linear attention: gated', linear('kGated'), linear('gradients'), onnx('LinearAttention'), `${loops}, ONNX`),
  row('linear attention: delta', linear('kDelta'), linear('gradients'), onnx('LinearAttention'), `${loops}, ONNX`),
  row(
    'linear attention: gated delta',
    linear('kGatedDelta'),
    linear('gradients'),
    onnx('LinearAttention'),
    `${loops}, ONNX`
  ),
  row(
    'long sequences, tile by tile',
    ['cpp/streaming_test.cpp', 'the switch to tiles of keys'],
    gradientTest('more queries than are taken at once'),
    ['ts/ops.test.ts', 'patternOf'],
    `${loops}; the path without tiles`
  ),
  row('encoding: sinusoidal', position('sinusoidal'), 'constant', positions('sinusoidal'), `${loops}, transformers`),
  row('encoding: powers of two', position('powers of two'), 'constant', ['ts/ops.test.ts', 'powers-of-two'], loops),
  row('encoding: learned', position('learned'), position('its gradient'), rows('learned'), loops),
  row(
    'encoding added or concatenated',
    position('apply'),
    position('gradients are those of the sums'),
    layers('sum'),
    loops
  ),
  row(
    'rotary: halves, neighbours, part of the width',
    ['cpp/rotary_test.cpp', 'kNeighbours'],
    ['cpp/rotary_test.cpp', 'the gradient is the turn back'],
    onnx('RotaryEmbedding'),
    'complex numbers, PyTorch, ONNX'
  ),
  row(
    'rotary scaling: linear',
    scaling('linear'),
    ['cpp/rotary_test.cpp', 'of scaled angles too'],
    rows('rotary'),
    'transformers'
  ),
  row(
    'rotary scaling: NTK and dynamic NTK',
    scaling('NTK'),
    ['cpp/rotary_test.cpp', 'of scaled angles too'],
    rows('rotary'),
    'its definition; transformers'
  ),
  row(
    'rotary scaling: Llama 3',
    scaling('Llama 3'),
    ['cpp/rotary_test.cpp', 'of scaled angles too'],
    rows('rotary'),
    'transformers'
  ),
  row(
    'rotary scaling: YaRN',
    scaling('YaRN'),
    ['cpp/rotary_test.cpp', 'of scaled angles too'],
    rows('rotary'),
    'transformers'
  ),
  row(
    'ALiBi',
    ['cpp/relative_bias_test.cpp', 'alibi'],
    'constant',
    positions('alibi'),
    'BLOOM and MPT in transformers; PyTorch, in attention'
  ),
  row(
    'T5 buckets',
    ['cpp/relative_bias_test.cpp', 't5 buckets'],
    ['cpp/relative_bias_test.cpp', 'gives its gradient back'],
    rows('t5'),
    'transformers; PyTorch, in attention'
  ),
  row(
    'softmax and log-softmax along any axis',
    ['cpp/softmax_test.cpp', 'every split'],
    ['cpp/softmax_test.cpp', 'gradients agree'],
    onnx('LogSoftmax'),
    `${loops}, PyTorch, ONNX`
  ),
  row(
    'layer norm',
    ['cpp/norms_test.cpp', 'layer norm'],
    ['cpp/norms_test.cpp', 'gradients agree'],
    onnx('LayerNormalization'),
    `${loops}, PyTorch, ONNX`
  ),
  row(
    'RMS norm',
    ['cpp/norms_test.cpp', 'RMS norm'],
    ['cpp/norms_test.cpp', 'gradients agree'],
    onnx('RMSNormalization'),
    `${loops}, PyTorch, ONNX`
  )
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
