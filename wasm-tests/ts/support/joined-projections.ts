/** PyTorch's parameters of query, key and value, which are one tensor. */

import type { Tensor } from 'attenscope'

/** Returns the rows of the query (0), key (1) or value (2). */
export function third({ data, shape }: Tensor, index: number): Tensor {
  const size = data.length / 3
  return { data: data.slice(index * size, (index + 1) * size), shape: [(shape[0] ?? 0) / 3, ...shape.slice(1)] }
}

/** Concatenates tensors by rows. */
export function joined(...parts: readonly (Tensor | undefined)[]): Tensor {
  const rows = parts.reduce((all, part) => all + (part?.shape[0] ?? 0), 0)
  const data = Float32Array.from(parts.flatMap((part) => Array.from(part?.data ?? [])))
  return { data, shape: [rows, ...(parts[0]?.shape.slice(1) ?? [])] }
}
