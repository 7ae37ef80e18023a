/** Made-up traces for the gallery: queries, keys and values come from a seed, and plain loops compute all the rest. */
import {
  AttenscopeError,
  parseTraceName,
  type HeadSummary,
  type ModelInfo,
  type Part,
  type PatternSource,
  type QueryRange,
  type Tensor,
  type Token,
  type Trace
} from 'attenscope'
import { madeUpTokens, mulberry32, PIECES, START } from './data.js'

/** The width of a head. */
const H = 16
const VOCABULARY = ['the', ' dog', ' ran', ' to', ' a', ' red', ' ball', '小', '狗', ' and', '.', ' home']

interface Sizes {
  readonly layers: number
  readonly heads: number
}

function tensor(shape: readonly number[], value: (...at: number[]) => number): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1)
  const data = new Float32Array(size)
  for (let index = 0; index < size; index++) {
    const at: number[] = []
    let rest = index
    for (const extent of [...shape].reverse()) {
      at.unshift(rest % extent)
      rest = Math.floor(rest / extent)
    }
    data[index] = value(...at)
  }
  return { data, shape }
}

/** The tensors of one layer's heads, each (N, T, …). */
type Layer = ReadonlyMap<string, Tensor>

function makeLayer(layer: number, N: number, T: number, keys: number, causal: boolean, seed: number): Layer {
  const random = mulberry32(seed + layer)
  const vectors = (rows: number, spread: number) => tensor([N, rows, H], () => spread * (random() - 0.5))
  const [q, k, v] = [vectors(T, 4), vectors(keys, 4), vectors(keys, 2)]
  const get = ({ data, shape }: Tensor, n: number, row: number, column: number) =>
    data[(n * (shape[1] ?? 0) + row) * (shape[2] ?? 0) + column] ?? 0
  const dot = (n: number, t: number, s: number) =>
    Array.from({ length: H }, (_, h) => get(q, n, t, h) * get(k, n, s, h)).reduce((sum, each) => sum + each, 0)
  const scores = tensor([N, T, keys], dot)
  const scaled = { data: scores.data.map((score) => score / Math.sqrt(H)), shape: scores.shape }
  const masked = tensor([N, T, keys], (n, t, s) => (causal && s > t ? -Infinity : get(scaled, n, t, s)))
  const pattern = tensor([N, T, keys], () => 0)
  for (let row = 0; row < N * T; row++) {
    const of = masked.data.subarray(row * keys, (row + 1) * keys)
    const highest = Math.max(...of)
    const exps = of.map((score) => Math.exp(score - highest))
    const sum = exps.reduce((total, each) => total + each, 0)
    pattern.data.set(
      exps.map((each) => each / sum),
      row * keys
    )
  }
  const norm = (n: number, s: number) => Math.hypot(...Array.from({ length: H }, (_, h) => get(v, n, s, h)))
  const output = tensor([N, T, H], (n, t, h) =>
    Array.from({ length: keys }, (_, s) => get(pattern, n, t, s) * get(v, n, s, h)).reduce((sum, each) => sum + each, 0)
  )
  const weighted_norms = tensor([N, T, keys], (n, t, s) => get(pattern, n, t, s) * norm(n, s))
  return new Map(Object.entries({ q, k, v, scores, scaled, masked, pattern, weighted_norms, head_output: output }))
}

class MadeUpTrace implements Trace {
  readonly edits = []
  readonly parts: readonly Part[]
  private readonly _layers: readonly Layer[]

  constructor(
    readonly info: ModelInfo,
    readonly tokens: readonly Token[],
    private readonly _causal: boolean,
    seed: number
  ) {
    this.parts = [_causal ? 'decoder' : 'encoder']
    this._layers = Array.from({ length: info.L }, (_, layer) =>
      makeLayer(layer, info.N, tokens.length, tokens.length, _causal, seed)
    )
  }

  get part(): Part {
    return this.parts[0] ?? 'decoder'
  }

  get layers(): readonly number[] {
    return Array.from(this._layers.keys())
  }

  get headCount(): number {
    return this.info.N
  }

  get keyCount(): number {
    return this.tokens.length
  }

  get queryTokens(): readonly Token[] {
    return this.tokens
  }

  get queries(): QueryRange {
    return { first: 0, count: this.tokens.length }
  }

  view(): PatternSource {
    return this
  }

  whole(): Trace {
    return this
  }

  names(): readonly string[] {
    return this._layers.flatMap((layer, at) => [...layer.keys()].map((kind) => `blocks.${at}.attn.${kind}`))
  }

  answers(): boolean {
    return true
  }

  has(name: string): boolean {
    return this.names().includes(name)
  }

  get(name: string): Tensor {
    const { layer, stage = '' } = parseTraceName(name) ?? {}
    const found = this._layers[Number(layer)]?.get(stage)
    if (!found) throw new AttenscopeError('not-captured', `'${name}' was not made up`)
    return found
  }

  async compute(
    name: string,
    { head, queries }: { head?: number | 'mean'; queries?: QueryRange } = {}
  ): Promise<Tensor> {
    const whole = this.get(name)
    const [N = 0, rows = 0, columns = 0] = whole.shape
    const { stage = '' } = parseTraceName(name) ?? {}
    const isKeys = stage === 'k' || stage === 'v'
    const { first, count } = queries ?? this.queries
    const seen = this._causal ? first + count : this.keyCount
    const [from, to] = isKeys ? [0, seen] : [first, first + count]
    const width = columns === H && (isKeys || stage === 'q' || stage === 'head_output') ? H : seen
    const heads = typeof head === 'number' ? [head] : Array.from({ length: N }, (_, each) => each)
    const made = tensor(
      [heads.length, to - from, width],
      (n, row, column) => whole.data[((heads[n] ?? 0) * rows + from + row) * columns + column] ?? 0
    )
    if (head === undefined) return made
    const size = (to - from) * width
    return tensor([to - from, width], (row, column) => {
      const at = row * width + column
      return heads.reduce((sum, _, n) => sum + (made.data[n * size + at] ?? 0), 0) / heads.length
    })
  }

  pattern(layer: number, head: number): Tensor {
    const T = this.tokens.length
    const { data } = this.get(`blocks.${layer}.attn.pattern`)
    return { data: data.subarray(head * T * T, (head + 1) * T * T), shape: [T, T] }
  }

  row(layer: number, head: number, query: number): Float32Array {
    const T = this.tokens.length
    return this.pattern(layer, head).data.subarray(query * T, (query + 1) * T)
  }

  async rollout(): Promise<Tensor> {
    const T = this.tokens.length
    let rolled = tensor([T, T], (t, s) => (t === s ? 1 : 0))
    for (const layer of this.layers) {
      const before = rolled
      const mixed = tensor([T, T], (t, s) => {
        const mean = this._mean(layer, t, s)
        return 0.5 * (mean + (t === s ? 1 : 0))
      })
      rolled = tensor([T, T], (t, s) =>
        Array.from({ length: T }, (_, m) => (mixed.data[t * T + m] ?? 0) * (before.data[m * T + s] ?? 0)).reduce(
          (sum, each) => sum + each,
          0
        )
      )
    }
    return rolled
  }

  /** Computed for one layer only, which is enough for a picture. */
  async flow({ query = this.tokens.length - 1 }: { query?: number } = {}): Promise<Tensor> {
    return tensor([1, query + 1], (_, key) => 0.5 * (this._mean(0, query, key) + (key === query ? 1 : 0)))
  }

  async heads(): Promise<readonly HeadSummary[]> {
    const T = this.tokens.length
    const mean = (of: (row: Float32Array, t: number) => number, layer: number, head: number) =>
      Array.from({ length: T }, (_, t) => of(this.row(layer, head, t), t)).reduce((sum, each) => sum + each, 0) / T
    return this.layers.flatMap((layer) =>
      Array.from({ length: this.headCount }, (_, head) => ({
        layer,
        head,
        entropy: mean((row) => row.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0), layer, head),
        distance: mean((row, t) => row.reduce((sum, p, s) => sum + p * Math.abs(t - s), 0), layer, head),
        previousToken: mean((row, t) => row[t - 1] ?? 0, layer, head),
        firstToken: mean((row) => row[0] ?? 0, layer, head),
        duplicateToken: 0,
        induction: 0,
        picture: this.pattern(layer, head)
      }))
    )
  }

  async lens({ top = 5, queries = this.queries }: { top?: number; queries?: QueryRange } = {}) {
    return this.layers.flatMap((layer) =>
      Array.from({ length: queries.count }, (_, at) => {
        const query = queries.first + at
        const random = mulberry32(query * 31 + layer)
        const logits = VOCABULARY.map(() => (2 + layer) * random())
        const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0)
        const guesses = logits.map((logit, id) => ({
          token: { id, text: VOCABULARY[id] ?? '', start: 0, end: VOCABULARY[id]?.length ?? 0 },
          logit,
          probability: Math.exp(logit) / sum
        }))
        const entropy = guesses.reduce((bits, { probability: p }) => bits - p * Math.log2(p), 0)
        return { layer, query, top: guesses.sort((a, b) => b.logit - a.logit).slice(0, top), entropy }
      })
    )
  }

  async directLogits({ query = this.tokens.length - 1, token }: { query?: number; token?: number } = {}) {
    const random = mulberry32(query + 99)
    const { L, N } = this.info
    const signed = () => 2 * random() - 0.8
    const [heads, feedForward] = [tensor([L, N], signed), tensor([L], signed)]
    const [embedding, bias] = [signed(), 0.1]
    const logit = [...heads.data, ...feedForward.data].reduce((sum, term) => sum + term, embedding + bias)
    const last = (await this.lens({ top: VOCABULARY.length, queries: { first: query, count: 1 } })).at(-1)
    const guess = last?.top.find((each) => token === undefined || each.token.id === token)
    return {
      ...{ query, heads, crossHeads: tensor([0, N], () => 0), feedForward, embedding, bias, logit },
      token: guess?.token ?? { id: 0, text: VOCABULARY[0] ?? '', start: 0, end: 3 }
    }
  }

  /** The first two elements of the vectors serve as the plane. */
  async plane(layer: number, head: number) {
    const points = (kind: string) => {
      const { data, shape } = this.get(`blocks.${layer}.attn.${kind}`)
      const [, rows = 0] = shape
      return tensor([rows, 2], (row, axis) => data[(head * rows + row) * H + axis] ?? 0)
    }
    return { queries: points('q'), keys: points('k'), explained: 0.42 }
  }

  async save(): Promise<Blob> {
    throw new AttenscopeError('unsupported', 'a made-up trace is not saved')
  }

  private _mean(layer: number, t: number, s: number): number {
    const { headCount } = this
    return (
      Array.from({ length: headCount }, (_, head) => this.row(layer, head, t)[s] ?? 0).reduce((a, b) => a + b, 0) /
      headCount
    )
  }
}

/** A whole trace of a text that is cut at words. */
export function madeUpTrace(
  text: string,
  {
    layers = 4,
    heads = 4,
    pieces = PIECES,
    part = 'decoder',
    seed = 7
  }: Partial<Sizes> & {
    pieces?: RegExp
    seed?: number
    part?: 'decoder' | 'encoder'
  } = {}
): Trace {
  const size = { L: layers, N: heads, layers: Array.from({ length: layers }, (_, layer) => layer) }
  const info: ModelInfo = {
    ...{ family: 'made-up', kind: part === 'decoder' ? 'decoder' : 'classifier', parts: { [part]: size } },
    ...{ task: 'none', L: layers, N: heads, K: heads, H, C: H * heads, F: 64, V: VOCABULARY.length, context: 128 },
    ...{ parameters: 100_000, bytes: 400_000, dtype: 'f32', variant: 'base', threads: 1, hasTokenizer: true }
  }
  return new MadeUpTrace(info, [START, ...madeUpTokens(text, pieces)], part === 'decoder', seed)
}
