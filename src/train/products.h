// Matrix products of training, whose right-hand matrices are packed for each product.
#pragma once

#include "kernels/matmul.h"

namespace attenscope {

/// Returns the number of scratch floats of Multiply for a right-hand matrix w (rows, columns).
inline std::uint64_t MultiplyScratch(Index rows, Index columns) {
  return PackedSize(rows, columns, kPanelRows<simd::DefaultArch>);
}

/// Computes y (T, R) = x (T, C) · wᵀ + bias + addend on all threads, where x and w (R, C) have any strides. `bias` and
/// the addend may be null; y may be the addend.
void Multiply(ConstMatrix x, ConstMatrix w, const float* bias, ConstMatrix addend, float* scratch, Matrix y);

/// Adds the sum of the rows of x (R, C) to `sums` (C).
void AddRowSums(ConstMatrix x, float* sums);

}  // namespace attenscope
