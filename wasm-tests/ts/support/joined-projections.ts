/** PyTorch's query, key and value parameters, which it keeps as one tensor. */

import type { Tensor } from 'attenscope'

/** A third of the joined query, key and value parameters, by rows. */
export function third({ data, shape }: Tensor, index: number): Tensor {
  const size = data.length / 3
  return { data: data.slice(index * size, (index + 1) * size), shape: [(shape[0] ?? 0) / 3, ...shape.slice(1)] }
}

/** Tensors one below the other. */
export function joined(...parts: readonly (Tensor | undefined)[]): Tensor {
  const rows = parts.reduce((all, part) => all + (part?.shape[0] ?? 0), 0)
  const data = Float32Array.from(parts.flatMap((part) => Array.from(part?.data ?? [])))
  return { data, shape: [rows, ...(parts[0]?.shape.slice(1) ?? [])] }
}
