// What scaled scores go through before the mask, soft cap and tanh, and the way back.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "attention/options.h"
#include "simd/functions.h"

namespace attenscope {

/// x[i] ← c · tanh(x[i] / c), c > 0 however small.
template <class Arch>
inline void Softcap(Arch, float c, float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  // Of a denormal c the inverse would be ∞, and 0 · ∞ no number.
  const float inverse = 1.0f / std::max(c, std::numeric_limits<float>::min());
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    (Batch(c) * simd::Tanh(Batch::load_unaligned(x + i) * Batch(inverse))).store_unaligned(x + i);
  }
  for (; i < count; ++i) x[i] = c * std::tanh(x[i] * inverse);
}

/// A row of scaled scores in place: capped, then squashed.
template <class Arch>
inline void SquashRow(Arch arch, const AttentionOptions& options, float* row, Index count) {
  if (options.softcap > 0.0f) Softcap(arch, options.softcap, row, count);
  if (options.squash == Squash::kTanh) Softcap(arch, 1.0f, row, count);
}

/// The gradient at the scaled scores, in place, from that at the squashed: with y = tanh(u) and u = c · tanh(s / c),
/// times (1 − y²) (1 − (u / c)²). `scores` is the row before it was scaled, from which u is told where both are there.
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
