// Loads and stores partly filled registers, so that the last elements of a row go through the same instructions as all
// others.
#pragma once

#include "simd/arch.h"
#include "tensor/tensor.h"

namespace attenscope::simd {

/// Loads the `count` elements at `data`, fewer than a register holds. The other lanes are zero.
template <class Arch>
inline Batch<Arch> LoadPartial(const float* data, Index count) {
  alignas(Batch<Arch>) float lanes[kLanes<Arch>] = {};
  for (Index i = 0; i < count; ++i) lanes[i] = data[i];
  return Batch<Arch>::load_aligned(lanes);
}

/// Writes the first `count` lanes of `values` to `data`.
template <class Arch>
inline void StorePartial(const Batch<Arch>& values, float* data, Index count) {
  alignas(Batch<Arch>) float lanes[kLanes<Arch>];
  values.store_aligned(lanes);
  for (Index i = 0; i < count; ++i) data[i] = lanes[i];
}

}  // namespace attenscope::simd
