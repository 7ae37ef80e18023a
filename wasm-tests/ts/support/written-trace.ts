/** Writes a trace file by docs/trace-file.md, byte by byte: no code of the package takes part. */

/** A tensor (float32) by its name. */
export type Tensors = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>

/** A safetensors file with these tensors and this metadata. */
export function safetensorsFile(tensors: Tensors, metadata: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  let end = 0
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      { dtype: 'F32', shape, data_offsets: [end, (end += 4 * data.length)] }
    ])
  )
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...header }))
  const file = new Uint8Array(8 + json.length + end)
  const view = new DataView(file.buffer)
  view.setBigUint64(0, BigInt(json.length), true)
  file.set(json, 8)
  let at = 8 + json.length
  for (const { data } of Object.values(tensors)) {
    for (let i = 0; i < data.length; i++, at += 4) view.setFloat32(at, data[i] ?? NaN, true)
  }
  return file
}

/** The sizes of a made-up trace. */
export interface Sizes {
  readonly layers: number
  readonly heads: number
}

/** Causal weights (N, T, T) that differ from head to head; each row adds up to 1. */
export function causalWeights(N: number, T: number, seed: number): number[] {
  const weights: number[] = []
  for (let head = 0; head < N; head++) {
    for (let t = 0; t < T; t++) {
      const row = Array.from({ length: T }, (_, s) => (s > t ? 0 : 1 + ((7 * head + 3 * t + 5 * s + seed) % 11)))
      const sum = row.reduce((all, weight) => all + weight, 0)
      weights.push(...row.map((weight) => weight / sum))
    }
  }
  return weights
}

/** The trace of a decoder with patterns alone, as somebody writes it by hand from another program's numbers. */
export function patternsAlone(words: readonly string[], { layers, heads }: Sizes = { layers: 2, heads: 3 }) {
  const T = words.length
  const tensors = Object.fromEntries(
    Array.from({ length: layers }, (_, layer) => [
      `blocks.${layer}.attn.pattern`,
      { shape: [heads, T, T], data: causalWeights(heads, T, layer) }
    ])
  )
  return safetensorsFile(tensors, {
    format: 'attenscope-trace',
    version: '3',
    info: JSON.stringify({
      family: 'by hand',
      kind: 'decoder',
      parts: { decoder: { L: layers, N: heads, layers: Array.from({ length: layers }, (_, layer) => layer) } }
    }),
    tokens: JSON.stringify(words.map((text, id) => ({ id, text }))),
    queries: JSON.stringify({ first: 0, count: T }),
    edits: '[]'
  })
}
