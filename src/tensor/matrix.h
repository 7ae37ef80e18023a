// Element by element: copies, sums and fills of matrices of any strides.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// to ← from.
void Copy(ConstMatrix from, Matrix to);

/// to ← to + from; nothing where `to` is null.
void Add(ConstMatrix from, Matrix to);

/// matrix ← 0.
void Clear(Matrix matrix);

/// One head's matrix of (B, N, T, C), or nothing of nothing.
template <class T>
TensorView<T, 2> HeadOf(TensorView<T, 4> tensor, Index batch, Index head) {
  return tensor.data ? tensor[batch][head] : TensorView<T, 2>{};
}

}  // namespace attenscope
