/** Transposes weights from the engine's order, (out, in), to that of ONNX's MatMul, (in, out). */

export function transposed<Numbers extends Float32Array | Int8Array>(
  matrix: Numbers,
  rows: number,
  columns: number
): Numbers {
  const result = matrix.slice() as Numbers
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = matrix[row * columns + column]!
  }
  return result
}
