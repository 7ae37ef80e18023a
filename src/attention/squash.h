// What scaled scores go through before the mask, and the way back.
#pragma once

#include <cmath>

#include "attention/options.h"
#include "simd/arch.h"

namespace attenscope {

/// x[i] ← c · tanh(x[i] / c).
template <class Arch>
inline void Softcap(Arch, float c, float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  const float inverse = 1.0f / c;
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    (Batch(c) * xsimd::tanh(Batch::load_unaligned(x + i) * Batch(inverse))).store_unaligned(x + i);
  }
  for (; i < count; ++i) x[i] = c * std::tanh(x[i] * inverse);
}

/// A row of scaled scores, squashed in place.
template <class Arch>
inline void SquashRow(Arch arch, const AttentionOptions& options, float* row, Index count) {
  if (options.squash == Squash::kNone) return;
  Softcap(arch, options.squash == Squash::kTanh ? 1.0f : options.softcap, row, count);
}

/// gradient[i] ← gradient[i] · (1 − (squashed[i] / c)²), the derivative of c · tanh(s / c).
inline void SquashGradientRow(const AttentionOptions& options, const float* squashed, float* gradient, Index count) {
  if (options.squash == Squash::kNone) return;
  const float inverse = options.squash == Squash::kTanh ? 1.0f : 1.0f / options.softcap;
  for (Index i = 0; i < count; ++i) {
    const float t = squashed[i] * inverse;
    gradient[i] *= 1.0f - t * t;
  }
}

}  // namespace attenscope
