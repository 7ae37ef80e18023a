// How an encoding of positions meets the vectors it belongs to: added to them, or set beside them. At the input of a
// Transformer or at an attention's output, the arithmetic is the same.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// A stack of matrices (B, T, C). An encoding that every text shares is one with a stride of 0 over B.
using Stack = TensorView<float, 3>;
using ConstStack = TensorView<const float, 3>;

/// An encoding (T, P) as the stack (B, T, P) of the same memory for every text.
template <class T>
TensorView<T, 3> Shared(TensorView<T, 2> encoding, Index B) {
  return {encoding.data, {B, encoding.shape[0], encoding.shape[1]}, {0, encoding.stride[0], encoding.stride[1]}};
}

/// y (B, T, C) = x (B, T, C) + encoding (B, T, C). y may be x. Throws kShape where the shapes disagree.
void AddEncoding(ConstStack x, ConstStack encoding, Stack y);

/// Adds grad_y (B, T, C) to grad_encoding (B, T, C), a shared one from every text. The gradient of x is grad_y itself.
void AddEncodingGradient(ConstStack grad_y, Stack grad_encoding);

/// y (B, T, C + P) = x (B, T, C) followed by encoding (B, T, P). Throws kShape where the shapes disagree.
void ConcatenateEncoding(ConstStack x, ConstStack encoding, Stack y);

/// Splits grad_y (B, T, C + P): adds its first C columns to grad_x (B, T, C) and the rest to grad_encoding (B, T, P), a
/// shared one from every text. The data of either may be null, its shape may not.
void ConcatenateEncodingGradient(ConstStack grad_y, Stack grad_x, Stack grad_encoding);

}  // namespace attenscope
