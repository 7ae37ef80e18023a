// Rotary position encoding (RoPE, Su et al. 2021): pairs of coordinates of a vector are rotated by angles that grow
// with its position.
#pragma once

#include <algorithm>
#include <cstdint>

#include "simd/arch.h"
#include "tensor/check.h"

namespace attenscope {

/// The coordinates that form a pair.
enum class RotaryPairs {
  kHalves,      // i and i + width/2, as in checkpoints of the Llama form
  kNeighbours,  // 2i and 2i + 1, as in Su et al. ("interleaved")
};

/// The direction of the rotation. Backward rotates by the negative angles: the transpose of the rotation, and thus its
/// gradient.
enum class RotaryTurn { kForward, kBackward };

/// Writes the cosines and sines (H/2 each) of one position. Angle i is position · base^(−2i/H), in radians.
void RotaryAngles(Index position, Index head_width, double base, float* cosines, float* sines);

/// Writes the cosines and sines (T, W/2) of positions first … first + T − 1, from the frequencies (W/2) and the factor
/// that RotaryFrequencies returns. Angles are in radians and computed in float64. Throws kShape when the two shapes
/// disagree.
void RotaryTables(const double* frequencies, double attention_factor, Index first, Matrix cosines, Matrix sines);

/// The cosines and sines that rotate vector t of text b. Without positions they are row (b, t) of tables (B, T, W/2).
/// With positions (B, T) they are row positions(b, t) of the tables' first matrix (P, W/2).
struct RotaryAnglesView {
  TensorView<const float, 3> cosines;
  TensorView<const float, 3> sines;
  TensorView<const std::int32_t, 2> positions;  // null data: no positions
};

/// Throws unless `angles` can rotate `x` (B, N, T, H) into `y`: kShape when shapes disagree, kTooLong for a position
/// beyond the tables, kOption for a negative position.
void CheckRotary(const TensorView<const float, 4>& x, const RotaryAnglesView& angles, const TensorView<float, 4>& y);

/// Writes the rotation of one position as a matrix (W, W), for display: y = matrix · x. `cosines` and `sines` have W/2
/// numbers. Throws kShape unless the matrix is square.
void RotaryMatrix(RotaryPairs pairs, const float* cosines, const float* sines, Matrix matrix);

namespace rotary_internal {

/// The lane of each lane's partner: 1, 0, 3, 2, …
struct SwapNeighbours {
  static constexpr std::uint32_t get(std::uint32_t lane, std::uint32_t) { return lane ^ 1u; }
};

}  // namespace rotary_internal

/// Rotates one vector: y (W) from x (W), by cosines and sines (W/2). y may be x.
template <class Arch>
inline void RotateVector(Arch, RotaryPairs pairs, RotaryTurn turn, const float* cosines, const float* sines,
                         Index width, const float* x, float* y) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  const Index half = width / 2;
  const float sign = turn == RotaryTurn::kForward ? 1.0f : -1.0f;
  if (pairs == RotaryPairs::kHalves) {
    Index i = 0;
    for (; i + kLanes <= half; i += kLanes) {
      const Batch c = Batch::load_unaligned(cosines + i);
      const Batch s = Batch::load_unaligned(sines + i) * Batch(sign);
      const Batch a = Batch::load_unaligned(x + i);
      const Batch b = Batch::load_unaligned(x + half + i);
      (a * c - b * s).store_unaligned(y + i);
      (b * c + a * s).store_unaligned(y + half + i);
    }
    for (; i < half; ++i) {
      const float s = sign * sines[i];
      const float a = x[i];
      const float b = x[half + i];
      y[i] = a * cosines[i] - b * s;
      y[half + i] = b * cosines[i] + a * s;
    }
    return;
  }
  // The two coordinates of a pair are in the same register. A swap of neighbours brings each coordinate its partner,
  // and each angle is used for two lanes.
  Index i = 0;
  for (; i + kLanes <= half; i += kLanes) {
    const Batch c = Batch::load_unaligned(cosines + i);
    const Batch s = Batch::load_unaligned(sines + i) * Batch(sign);
    const Batch first = Batch::load_unaligned(x + 2 * i);
    const Batch second = Batch::load_unaligned(x + 2 * i + kLanes);
    constexpr auto kSwap = xsimd::make_batch_constant<std::uint32_t, rotary_internal::SwapNeighbours, Arch>();
    (first * xsimd::zip_lo(c, c) + xsimd::swizzle(first, kSwap) * xsimd::zip_lo(-s, s)).store_unaligned(y + 2 * i);
    (second * xsimd::zip_hi(c, c) + xsimd::swizzle(second, kSwap) * xsimd::zip_hi(-s, s))
        .store_unaligned(y + 2 * i + kLanes);
  }
  for (; i < half; ++i) {
    const float s = sign * sines[i];
    const float a = x[2 * i];
    const float b = x[2 * i + 1];
    y[2 * i] = a * cosines[i] - b * s;
    y[2 * i + 1] = b * cosines[i] + a * s;
  }
}

/// Rotates the vector x (H) of one head in place, with pairs i and i + H/2. Up to a permutation of the rows of the
/// projection this is the form of Su et al.
template <class Arch>
inline void RotateHalves(Arch arch, const float* cosines, const float* sines, Index head_width, float* x) {
  RotateVector(arch, RotaryPairs::kHalves, RotaryTurn::kForward, cosines, sines, head_width, x, x);
}

/// Computes y (B, N, T, H) = x with the first W coordinates of each vector rotated, where W is twice the width of the
/// tables. The other coordinates are copied. The last dimension is contiguous; the others may have any stride, so that
/// packed heads (B, T, N·H) are a valid view. y may be x.
///
/// With kBackward the function computes the gradient: grad_x from grad_y. This holds for any tables, including scaled
/// ones. Throws as CheckRotary does.
template <class Arch>
void Rotate(Arch arch, RotaryPairs pairs, RotaryTurn turn, const RotaryAnglesView& angles, TensorView<const float, 4> x,
            TensorView<float, 4> y) {
  CheckRotary(x, angles, y);
  const auto [B, N, T, H] = x.shape;
  const Index width = 2 * angles.cosines.shape[2];
  for (Index b = 0; b < B; ++b) {
    for (Index t = 0; t < T; ++t) {
      const Index table = angles.positions.data ? 0 : b;
      const Index row = angles.positions.data ? angles.positions(b, t) : t;
      const float* cosines = angles.cosines[table][row].data;
      const float* sines = angles.sines[table][row].data;
      for (Index n = 0; n < N; ++n) {
        const float* from = x[b][n][t].data;
        float* to = y[b][n][t].data;
        RotateVector(arch, pairs, turn, cosines, sines, width, from, to);
        if (to != from) std::copy(from + width, from + H, to + width);
      }
    }
  }
}

}  // namespace attenscope
