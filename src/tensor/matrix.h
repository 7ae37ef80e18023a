// Element by element: copies, sums and fills of matrices of any strides.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// to ← from.
inline void Copy(ConstMatrix from, Matrix to) {
  for (Index r = 0; r < from.shape[0]; ++r) {
    for (Index c = 0; c < from.shape[1]; ++c) to(r, c) = from(r, c);
  }
}

/// to ← to + from; nothing where `to` is null.
inline void Add(ConstMatrix from, Matrix to) {
  if (!to.data) return;
  for (Index r = 0; r < from.shape[0]; ++r) {
    for (Index c = 0; c < from.shape[1]; ++c) to(r, c) += from(r, c);
  }
}

inline void Clear(Matrix matrix) {
  for (Index r = 0; r < matrix.shape[0]; ++r) {
    for (Index c = 0; c < matrix.shape[1]; ++c) matrix(r, c) = 0.0f;
  }
}

/// One head's matrix of (B, N, T, C), or nothing of nothing.
template <class T>
TensorView<T, 2> HeadOf(TensorView<T, 4> tensor, Index batch, Index head) {
  return tensor.data ? tensor[batch][head] : TensorView<T, 2>{};
}

}  // namespace attenscope
