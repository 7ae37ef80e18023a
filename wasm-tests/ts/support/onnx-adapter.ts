/**
 * ONNX's operators built on the attention library: inputs, attributes and outputs by the names of the specification.
 */

import type { Ops, Tensor } from 'attenscope'

export interface OnnxTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  /** Numbers, with 'inf', '-inf' and 'nan' as strings. */
  readonly data: readonly (number | string)[]
}

/** One run of an operator with its expected outputs. */
export interface OnnxCase {
  readonly name: string
  readonly op: string
  readonly opset: number
  readonly attributes: Readonly<Record<string, number | string>>
  readonly inputs: Readonly<Record<string, OnnxTensor>>
  readonly outputs: Readonly<Record<string, OnnxTensor>>
}

type Outputs = Record<string, Tensor | undefined>
type Operator = (ops: Ops, node: Node) => Outputs

const special: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: NaN }

export function toFloats({ data, shape }: OnnxTensor): Tensor {
  return { data: Float32Array.from(data, (item) => special[item] ?? Number(item)), shape }
}

/** The inputs and attributes of a case. */
class Node {
  constructor(readonly source: OnnxCase) {}

  has(name: string): boolean {
    return this.source.inputs[name] !== undefined
  }

  raw(name: string): OnnxTensor {
    const found = this.source.inputs[name]
    if (!found) throw new Error(`${this.source.name} has no input ${name}`)
    return found
  }

  floats(name: string): Tensor {
    return toFloats(this.raw(name))
  }

  optional(name: string): Tensor | undefined {
    return this.has(name) ? this.floats(name) : undefined
  }

  number(name: string, byDefault: number): number {
    return Number(this.source.attributes[name] ?? byDefault)
  }

  text(name: string, byDefault: string): string {
    return String(this.source.attributes[name] ?? byDefault)
  }
}

/** (B, T, N·H) → (B, N, T, H). A tensor of four dimensions does not change. */
function split(tensor: Tensor, heads: number): Tensor {
  const [B = 0, T = 0, both = 0] = tensor.shape
  if (tensor.shape.length === 4) return tensor
  const H = both / heads
  return rearranged([B, heads, T, H], (b, n, t, h) => tensor.data[(b * T + t) * both + n * H + h])
}

/** (B, N, T, H) → (B, T, N·H). */
function joined({ data, shape }: Tensor): Tensor {
  const [B = 0, N = 0, T = 0, H = 0] = shape
  const apart = rearranged([B, T, N, H], (b, t, n, h) => data[((b * N + n) * T + t) * H + h])
  return { data: apart.data, shape: [B, T, N * H] }
}

function rearranged(
  shape: readonly [number, number, number, number],
  from: (a: number, b: number, c: number, d: number) => number | undefined
): Tensor {
  const [A, B, C, D] = shape
  const data = new Float32Array(A * B * C * D)
  for (let i = 0; i < data.length; ++i) {
    data[i] = from(Math.floor(i / (B * C * D)), Math.floor(i / (C * D)) % B, Math.floor(i / D) % C, i % D) ?? NaN
  }
  return { data, shape }
}

/** Concatenates past (B, K, P, H) and present (B, K, S, H). */
function concatenated(past: Tensor | undefined, present: Tensor): Tensor {
  if (!past) return present
  const [B = 0, K = 0, S = 0, H = 0] = present.shape
  const P = past.shape[2] ?? 0
  return rearranged([B, K, P + S, H], (b, k, s, h) =>
    s < P ? past.data[((b * K + k) * P + s) * H + h] : present.data[((b * K + k) * S + s - P) * H + h]
  )
}

/** Extends a mask whose last dimension is shorter than the keys. It hides the additional keys. */
function padded(mask: OnnxTensor, keys: number): { data: Uint8Array | Float32Array; shape: readonly number[] } {
  const width = mask.shape[mask.shape.length - 1] ?? 0
  const outer = mask.shape.slice(0, -1)
  const rows = outer.reduce((all, extent) => all * extent, 1)
  const isBoolean = mask.dtype === 'bool'
  const data = new (isBoolean ? Uint8Array : Float32Array)(rows * keys).fill(isBoolean ? 0 : -Infinity)
  const given = toFloats(mask).data
  for (let row = 0; row < rows; ++row) data.set(given.subarray(row * width, (row + 1) * width), row * keys)
  return { data, shape: [...outer, keys] }
}

/** Attention, operator sets 23 and 24. */
const attention: Operator = (ops, node) => {
  const isPacked = node.raw('Q').shape.length === 3
  const q = split(node.floats('Q'), node.number('q_num_heads', 0))
  const k = split(node.floats('K'), node.number('kv_num_heads', 0))
  const v = split(node.floats('V'), node.number('kv_num_heads', 0))
  const pastKey = node.optional('past_key')
  const pastValue = node.optional('past_value')
  const keys = (pastKey?.shape[2] ?? 0) + (k.shape[2] ?? 0)
  const mode = node.number('qk_matmul_output_mode', 0)
  const stage = (['scaled', 'squashed', 'masked', 'pattern'] as const)[mode] ?? 'scaled'
  const scale = node.number('scale', NaN)
  const result = ops.attention({
    ...{ q, k, v, pastKey, pastValue },
    ...(node.has('attn_mask') && { mask: padded(node.raw('attn_mask'), keys) }),
    ...(node.has('nonpad_kv_seqlen') && { keyLengths: node.floats('nonpad_kv_seqlen').data }),
    ...(!Number.isNaN(scale) && { scale }),
    causal: node.number('is_causal', 0) === 1,
    softcap: node.number('softcap', 0),
    capture: stage
  })
  return {
    Y: isPacked ? joined(result.output) : result.output,
    present_key: concatenated(pastKey, k),
    present_value: concatenated(pastValue, v),
    qk_matmul_output: stage === 'pattern' ? result.pattern : result.stages[stage]
  }
}

/** LinearAttention, operator set 27. chunk_size does not change the result. */
const linearAttention: Operator = (ops, node) => {
  const heads = node.number('kv_num_heads', 0)
  const scale = node.number('scale', 0)
  const decay = node.optional('decay')
  const beta = node.optional('beta')
  const { output, state } = ops.linearAttention({
    q: split(node.floats('query'), node.number('q_num_heads', 0)),
    k: split(node.floats('key'), heads),
    v: split(node.floats('value'), heads),
    ...(decay && { decay: split(decay, heads) }),
    ...(beta && { beta: split(beta, beta.shape[2] ?? 1) }),
    ...(node.has('past_state') && { pastState: node.floats('past_state') }),
    rule: node.text('update_rule', 'gated_delta') as 'gated_delta',
    ...(scale !== 0 && { scale })
  })
  return { output: joined(output), present_state: state }
}

/** RotaryEmbedding, operator set 23. */
const rotaryEmbedding: Operator = (ops, node) => {
  const isPacked = node.raw('X').shape.length === 3
  const positions = node.optional('position_ids')
  const y = ops.rotary(split(node.floats('X'), node.number('num_heads', 0)), {
    cos: node.floats('cos_cache'),
    sin: node.floats('sin_cache'),
    ...(positions && { positions }),
    interleaved: node.number('interleaved', 0) === 1,
    width: node.number('rotary_embedding_dim', 0)
  })
  return { Y: isPacked ? joined(y) : y }
}

/** LayerNormalization, operator set 17, and RMSNormalization, operator set 23. stash_type is float32. */
const layerNormalization: Operator = (ops, node) => {
  const y = ops.layerNorm(node.floats('X'), {
    weight: node.floats('Scale'),
    ...(node.has('B') && { bias: node.floats('B') }),
    axis: node.number('axis', -1),
    epsilon: node.number('epsilon', 1e-5)
  })
  return { Y: y, Mean: y.mean, InvStdDev: y.invStdDev }
}

const rmsNormalization: Operator = (ops, node) => ({
  Y: ops.rmsNorm(node.floats('X'), {
    weight: node.floats('scale'),
    axis: node.number('axis', -1),
    epsilon: node.number('epsilon', 1e-5)
  })
})

const operators: Readonly<Record<string, Operator>> = {
  Attention: attention,
  LinearAttention: linearAttention,
  RotaryEmbedding: rotaryEmbedding,
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
  Softmax: (ops, node) => ({ output: ops.softmax(node.floats('input'), node.number('axis', -1)) }),
  LogSoftmax: (ops, node) => ({ output: ops.logSoftmax(node.floats('input'), node.number('axis', -1)) })
}

/** Returns the outputs of the operator by their names. */
export function runOnnx(ops: Ops, source: OnnxCase): Outputs {
  const operator = operators[source.op]
  if (!operator) throw new Error(`no adapter for the operator ${source.op}`)
  return operator(ops, new Node(source))
}
