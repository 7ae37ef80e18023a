// Adds an encoding of positions to vectors, or concatenates the two. The vectors may be the input of a Transformer or
// the output of an attention.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// A tensor (B, T, C). An encoding that all texts share has a stride of 0 over B.
using Stack = TensorView<float, 3>;
using ConstStack = TensorView<const float, 3>;

/// Returns an encoding (T, P) as a tensor (B, T, P) that uses the same memory for every text.
template <class T>
TensorView<T, 3> Shared(TensorView<T, 2> encoding, Index B) {
  return {encoding.data, {B, encoding.shape[0], encoding.shape[1]}, {0, encoding.stride[0], encoding.stride[1]}};
}

/// Computes y (B, T, C) = x (B, T, C) + encoding (B, T, C). y may be x. Throws kShape when the shapes disagree.
void AddEncoding(ConstStack x, ConstStack encoding, Stack y);

/// Adds grad_y (B, T, C) to grad_encoding (B, T, C). A shared encoding receives the sum over all texts. The gradient of
/// x is grad_y itself. Throws kShape when the shapes disagree.
void AddEncodingGradient(ConstStack grad_y, Stack grad_encoding);

/// Computes y (B, T, C + P) = x (B, T, C) followed by encoding (B, T, P). Throws kShape when the shapes disagree.
void ConcatenateEncoding(ConstStack x, ConstStack encoding, Stack y);

/// Splits grad_y (B, T, C + P): adds its first C columns to grad_x (B, T, C) and the other columns to grad_encoding (B,
/// T, P). A shared encoding receives the sum over all texts. Either tensor may have null data, but its shape must be
/// set. Throws kShape when the shapes disagree.
void ConcatenateEncodingGradient(ConstStack grad_y, Stack grad_x, Stack grad_encoding);

}  // namespace attenscope
