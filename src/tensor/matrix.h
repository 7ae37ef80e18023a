// Copies, sums and fills of matrices with any strides.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// Copies `from` (R, C) to `to` (R, C).
void Copy(ConstMatrix from, Matrix to);

/// Adds `from` (R, C) to `to` (R, C). Does nothing when `to` has no data.
void Add(ConstMatrix from, Matrix to);

/// Sets all elements of a matrix to 0.
void Clear(Matrix matrix);

/// Returns the matrix (T, C) of one head of a tensor (B, N, T, C), or an empty view when the tensor has no data.
template <class T>
TensorView<T, 2> HeadOf(TensorView<T, 4> tensor, Index batch, Index head) {
  return tensor.data ? tensor[batch][head] : TensorView<T, 2>{};
}

}  // namespace attenscope
