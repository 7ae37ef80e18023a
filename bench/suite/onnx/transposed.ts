/** Turns weights from the engine's order, (out, in), into that of ONNX's MatMul, (in, out). */

export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(matrix.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = matrix[row * columns + column]!
  }
  return result
}
