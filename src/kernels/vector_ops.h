// Kernels over one vector, such as sums, scaling and softmax. Each processes whole registers first and then the
// remaining elements.
#pragma once

#include <cmath>
#include <limits>

#include "simd/functions.h"

namespace attenscope {

/// Computes x[i] ← factor · x[i].
template <class Arch>
inline void Scale(Arch, float factor, float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  Index i = 0;
  for (; i + simd::kLanes<Arch> <= count; i += simd::kLanes<Arch>) {
    (Batch::load_unaligned(x + i) * Batch(factor)).store_unaligned(x + i);
  }
  for (; i < count; ++i) x[i] *= factor;
}

/// Returns the largest of x[0 … count), or −∞ when count is 0. A NaN may be ignored.
template <class Arch>
inline float Max(Arch, const float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  float largest = -std::numeric_limits<float>::infinity();
  Index i = 0;
  if (count >= simd::kLanes<Arch>) {
    Batch most = Batch::load_unaligned(x);
    for (i = simd::kLanes<Arch>; i + simd::kLanes<Arch> <= count; i += simd::kLanes<Arch>) {
      most = xsimd::max(most, Batch::load_unaligned(x + i));
    }
    largest = xsimd::reduce_max(most);
  }
  for (; i < count; ++i) largest = x[i] > largest ? x[i] : largest;
  return largest;
}

/// Computes x[i] ← factor · x[i]. Returns the largest of the results, as Max does.
template <class Arch>
inline float ScaleMax(Arch, float factor, float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  float largest = -std::numeric_limits<float>::infinity();
  Batch most(largest);
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Batch scaled = Batch::load_unaligned(x + i) * Batch(factor);
    scaled.store_unaligned(x + i);
    most = xsimd::max(most, scaled);
  }
  largest = xsimd::reduce_max(most);
  for (; i < count; ++i) {
    x[i] *= factor;
    largest = x[i] > largest ? x[i] : largest;
  }
  return largest;
}

/// Returns Σ x[i].
template <class Arch>
inline float Sum(Arch, const float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Batch sums(0.0f);
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) sums += Batch::load_unaligned(x + i);
  float sum = xsimd::reduce_add(sums);
  for (; i < count; ++i) sum += x[i];
  return sum;
}

/// Returns Σ x[i] · y[i].
template <class Arch>
inline float Dot(Arch, const float* x, const float* y, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Batch sums(0.0f);
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    sums = xsimd::fma(Batch::load_unaligned(x + i), Batch::load_unaligned(y + i), sums);
  }
  float sum = xsimd::reduce_add(sums);
  for (; i < count; ++i) sum += x[i] * y[i];
  return sum;
}

/// y[i] ← y[i] + factor · x[i].
template <class Arch>
inline void AddScaled(Arch, float factor, const float* x, float* y, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    xsimd::fma(Batch(factor), Batch::load_unaligned(x + i), Batch::load_unaligned(y + i)).store_unaligned(y + i);
  }
  for (; i < count; ++i) y[i] += factor * x[i];
}

/// Computes x[i] ← exp(x[i] − shift). Returns the sum of the results.
template <class Arch>
inline float ExpSum(Arch, float shift, float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Batch sums(0.0f);
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Batch e = simd::Exp(Batch::load_unaligned(x + i) - Batch(shift));
    e.store_unaligned(x + i);
    sums += e;
  }
  float sum = xsimd::reduce_add(sums);
  for (; i < count; ++i) {
    x[i] = std::exp(x[i] - shift);
    sum += x[i];
  }
  return sum;
}

/// Computes x[i] ← exp(x[i] − m) / Σ exp(x[j] − m), where m = `largest` is the largest of x.
template <class Arch>
inline void SoftmaxBelow(Arch arch, float largest, float* x, Index count) {
  // −∞ − (−∞) would be NaN. With a shift of 0 the exponentials of a row of −∞ are 0.
  const float shift = largest == -std::numeric_limits<float>::infinity() ? 0.0f : largest;
  const float sum = ExpSum(arch, shift, x, count);
  Scale(arch, sum == 0.0f ? 0.0f : 1.0f / sum, x, count);
}

/// Computes softmax in place. The largest number is subtracted first, so that nothing overflows.
///
/// A row of only −∞, such as a query whose keys are all masked, gives zeros. A row with NaN or +∞ gives only NaN.
template <class Arch>
inline void Softmax(Arch arch, float* x, Index count) {
  SoftmaxBelow(arch, Max(arch, x, count), x, count);
}

/// Computes the softmax of factor · x in place. The result has the same bits as Scale followed by Softmax.
template <class Arch>
inline void ScaledSoftmax(Arch arch, float factor, float* x, Index count) {
  SoftmaxBelow(arch, ScaleMax(arch, factor, x, count), x, count);
}

/// Returns log Σ exp(x[i]), or −∞ when count is 0. The largest number is subtracted first, so that nothing overflows.
template <class Arch>
inline double LogSumExp(Arch arch, const float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  const float largest = Max(arch, x, count);
  if (largest == -std::numeric_limits<float>::infinity()) return largest;
  Batch sums(0.0f);
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) sums += simd::Exp(Batch::load_unaligned(x + i) - Batch(largest));
  float sum = xsimd::reduce_add(sums);
  for (; i < count; ++i) sum += std::exp(x[i] - largest);
  return double{largest} + std::log(double{sum});
}

/// Returns Σ x[i]².
template <class Arch>
inline float SumOfSquares(Arch, const float* x, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Batch sums(0.0f);
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Batch value = Batch::load_unaligned(x + i);
    sums = xsimd::fma(value, value, sums);
  }
  float sum = xsimd::reduce_add(sums);
  for (; i < count; ++i) sum += x[i] * x[i];
  return sum;
}

}  // namespace attenscope
