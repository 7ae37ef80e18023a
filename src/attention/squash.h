// Computes step 3 of attention: the soft cap and the tanh of scaled scores, and their gradients.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "attention/options.h"
#include "simd/functions.h"

namespace attenscope {

/// Computes x[i] ← c · tanh(x[i] / c), for any c > 0.
template <class Arch>
inline void Softcap(Arch, float c, float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  // The inverse of a denormal c would be ∞, and 0 · ∞ is NaN.
  const float inverse = 1.0f / std::max(c, std::numeric_limits<float>::min());
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    (Batch(c) * simd::Tanh(Batch::load_unaligned(x + i) * Batch(inverse))).store_unaligned(x + i);
  }
  for (; i < count; ++i) x[i] = c * std::tanh(x[i] * inverse);
}

/// Applies the soft cap and then the squash to a row of scaled scores, in place.
template <class Arch>
inline void SquashRow(Arch arch, const AttentionOptions& options, float* row, Index count) {
  if (options.softcap > 0.0f) Softcap(arch, options.softcap, row, count);
  if (options.squash == Squash::kTanh) Softcap(arch, 1.0f, row, count);
}

/// Turns the gradient at the squashed scores into the gradient at the scaled scores, in place. With y = tanh(u) and u =
/// c · tanh(s / c) the factor is (1 − y²) (1 − (u / c)²). `scores` is the row before the scale; u is computed from
/// `scores` when the soft cap and the tanh both apply.
inline void SquashGradientRow(const AttentionOptions& options, const float* scores, const float* squashed,
                              float* gradient, Index count) {
  const float c = options.softcap;
  const bool both = c > 0.0f && options.squash == Squash::kTanh;
  for (Index i = 0; i < count; ++i) {
    if (options.squash == Squash::kTanh) gradient[i] *= 1.0f - squashed[i] * squashed[i];
    if (!(c > 0.0f)) continue;
    const float t = both ? std::tanh(options.scale * scores[i] / c) : squashed[i] / c;
    gradient[i] *= 1.0f - t * t;
  }
}

}  // namespace attenscope
