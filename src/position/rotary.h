// Rotary position encoding (Su et al. 2021), the half-split form: coordinates i and i + H/2 turn together.
#pragma once

#include "simd/arch.h"

namespace attenscope {

/// The cosines and sines (H/2 each) of one position: angle i = position · base^(−2i/H).
void RotaryAngles(Index position, Index head_width, double base, float* cosines, float* sines);

/// Turns one head's vector x (H) in place. Su et al. pair neighbours; checkpoints of the Llama form pair i with i + H/2,
/// which is the same up to a permutation of the rows of the projection.
template <class Arch>
inline void RotateHalves(Arch, const float* cosines, const float* sines, Index head_width, float* x) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  const Index half = head_width / 2;
  float* low = x;
  float* high = x + half;
  Index i = 0;
  for (; i + kLanes <= half; i += kLanes) {
    const Batch c = Batch::load_unaligned(cosines + i);
    const Batch s = Batch::load_unaligned(sines + i);
    const Batch a = Batch::load_unaligned(low + i);
    const Batch b = Batch::load_unaligned(high + i);
    (a * c - b * s).store_unaligned(low + i);
    (b * c + a * s).store_unaligned(high + i);
  }
  for (; i < half; ++i) {
    const float a = low[i];
    const float b = high[i];
    low[i] = a * cosines[i] - b * sines[i];
    high[i] = b * cosines[i] + a * sines[i];
  }
}

}  // namespace attenscope
