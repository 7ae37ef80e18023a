// Downsamples a matrix: the largest number of each block of columns.
#pragma once

#include <algorithm>

#include "simd/arch.h"
#include "tensor/tensor.h"

namespace attenscope {

/// Computes cells[i], the largest of cells[i] and columns [i · block, (i + 1) · block) of all rows (T, S). The last
/// block may be narrower. Rows are contiguous and `block` ≥ 1. A NaN may be ignored.
template <class Arch>
inline void BlockMaxima(Arch, ConstMatrix rows, Index block, float* cells) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  const auto [T, S] = rows.shape;
  for (Index first = 0; first < S; first += block, ++cells) {
    const Index end = std::min(S, first + block);
    float largest = *cells;
    Index s = first;
    // The loop goes down the rows first, because the reduction across a register is the slowest step.
    Batch most(largest);
    for (; s + kLanes <= end; s += kLanes) {
      for (Index t = 0; t < T; ++t) most = xsimd::max(most, Batch::load_unaligned(&rows(t, s)));
    }
    if (s > first) largest = xsimd::reduce_max(most);
    for (; s < end; ++s) {
      for (Index t = 0; t < T; ++t) largest = std::max(largest, rows(t, s));
    }
    *cells = largest;
  }
}

}  // namespace attenscope
