// The activation functions of feed-forward layers.
#pragma once

#include <cmath>

#include "kernels/vector_ops.h"

namespace attenscope {

/// An activation function.
enum class Nonlinearity {
  kSilu,      // x · sigmoid(x), "swish" (Elfwing et al. 2018)
  kRelu,      // max(x, 0)
  kGelu,      // x · Φ(x), with the error function (Hendrycks & Gimpel 2016)
  kGeluTanh,  // the approximation of GELU with tanh (Hendrycks & Gimpel 2016; GPT-2)
  kTanh,
};

namespace nonlinearity_internal {

// Constants of GELU: √(2/π), the factor of the cubic term, and 1/√2.
inline constexpr float kGeluSlope = 0.7978845608028654f;
inline constexpr float kGeluCubic = 0.044715f;
inline constexpr float kInverseRoot2 = 0.7071067811865476f;

/// Computes x[i] ← f(x[i]) · up[i], or f(x[i]) when `up` is null. `wide` is f for registers, `single` is f for one
/// number.
template <class Arch, class Wide, class Single>
inline void Map(Arch, const float* up, float* x, Index count, Wide wide, Single single) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Batch y = wide(Batch::load_unaligned(x + i));
    if (up) y *= Batch::load_unaligned(up + i);
    y.store_unaligned(x + i);
  }
  for (; i < count; ++i) x[i] = single(x[i]) * (up ? up[i] : 1.0f);
}

}  // namespace nonlinearity_internal

/// Computes x[i] ← f(x[i]) · up[i], or f(x[i]) when `up` is null. Both have `count` numbers.
template <class Arch>
inline void Activate(Arch arch, Nonlinearity f, const float* up, Index count, float* x) {
  using namespace nonlinearity_internal;
  using Batch = simd::Batch<Arch>;
  switch (f) {
    case Nonlinearity::kSilu:
      return Map(
          arch, up, x, count, [](Batch v) { return v / (Batch(1.0f) + simd::Exp(-v)); },
          [](float v) { return v / (1.0f + std::exp(-v)); });
    case Nonlinearity::kRelu:
      // NaN stays NaN, because NaN < 0 is false.
      return Map(
          arch, up, x, count, [](Batch v) { return xsimd::select(v < Batch(0.0f), Batch(0.0f), v); },
          [](float v) { return v < 0.0f ? 0.0f : v; });
    case Nonlinearity::kGelu:
      return Map(
          arch, up, x, count,
          [](Batch v) { return Batch(0.5f) * v * (Batch(1.0f) + simd::Erf(v * Batch(kInverseRoot2))); },
          [](float v) { return 0.5f * v * (1.0f + std::erf(v * kInverseRoot2)); });
    case Nonlinearity::kGeluTanh:
      return Map(
          arch, up, x, count,
          [](Batch v) {
            const Batch inner = Batch(kGeluSlope) * (v + Batch(kGeluCubic) * v * v * v);
            return Batch(0.5f) * v * (Batch(1.0f) + simd::Tanh(inner));
          },
          [](float v) { return 0.5f * v * (1.0f + std::tanh(kGeluSlope * (v + kGeluCubic * v * v * v))); });
    case Nonlinearity::kTanh:
      return Map(arch, up, x, count, [](Batch v) { return simd::Tanh(v); }, [](float v) { return std::tanh(v); });
  }
}

}  // namespace attenscope
