// Layer norm and RMS norm over the rows of a matrix, with their gradients.
//
// A norm over all axes from one axis on (see SplitFrom) is a norm over rows: x is seen as (outer, length) and its
// weight as (length).
#pragma once

#include <cmath>

#include "kernels/vector_ops.h"
#include "tensor/check.h"

namespace attenscope {

/// The statistics of the forward pass that the gradient needs, one number per row. In the forward pass either may be
/// null.
struct NormStatistics {
  float* mean = nullptr;     // (R), layer norm only
  float* inverse = nullptr;  // (R): 1 / √(variance + ε), or 1 / √(mean(x²) + ε)
};

/// The arrays that the gradients of a norm are added to. Null for a gradient that is not needed.
struct NormGradients {
  Matrix x;                 // (R, C)
  float* weight = nullptr;  // (C)
  float* bias = nullptr;    // (C), layer norm only
};

namespace norm_internal {

/// Returns Σ (x[i] − mean)².
template <class Arch>
inline float SumOfSquaredDeviations(Arch, const float* x, float mean, Index count) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Batch sums(0.0f);
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Batch deviation = Batch::load_unaligned(x + i) - Batch(mean);
    sums = xsimd::fma(deviation, deviation, sums);
  }
  float sum = xsimd::reduce_add(sums);
  for (; i < count; ++i) sum += (x[i] - mean) * (x[i] - mean);
  return sum;
}

/// Computes y = (x − mean) · inverse · weight + bias; weight and bias may be null.
template <class Arch>
inline void Normalize(Arch, const float* x, float mean, float inverse, const float* weight, const float* bias,
                      Index count, float* y) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Batch value = (Batch::load_unaligned(x + i) - Batch(mean)) * Batch(inverse);
    if (weight) value *= Batch::load_unaligned(weight + i);
    if (bias) value += Batch::load_unaligned(bias + i);
    value.store_unaligned(y + i);
  }
  for (; i < count; ++i) {
    float value = (x[i] - mean) * inverse;
    if (weight) value *= weight[i];
    if (bias) value += bias[i];
    y[i] = value;
  }
}

/// With u = (x − mean) · inverse and g = grad_y · weight, adds inverse · (g − c₁ − u · mean(g · u)) to grad_x, where c₁
/// = mean(g) if `centred`, else 0. Adds grad_y · u to grad_weight and grad_y to grad_bias. Each of the three may be
/// null.
template <class Arch>
inline void NormalizeGradient(Arch, const float* x, float mean, float inverse, const float* weight, const float* grad_y,
                              bool centred, Index count, float* grad_x, float* grad_weight, float* grad_bias) {
  using Batch = simd::Batch<Arch>;
  constexpr Index kLanes = simd::kLanes<Arch>;
  // 1. Sum over the row, and add the gradients of weight and bias.
  Batch sums(0.0f), products(0.0f);
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Batch unit = (Batch::load_unaligned(x + i) - Batch(mean)) * Batch(inverse);
    const Batch given = Batch::load_unaligned(grad_y + i);
    const Batch g = weight ? given * Batch::load_unaligned(weight + i) : given;
    sums += g;
    products = xsimd::fma(g, unit, products);
    if (grad_weight) xsimd::fma(given, unit, Batch::load_unaligned(grad_weight + i)).store_unaligned(grad_weight + i);
    if (grad_bias) (Batch::load_unaligned(grad_bias + i) + given).store_unaligned(grad_bias + i);
  }
  float sum = xsimd::reduce_add(sums);
  float product = xsimd::reduce_add(products);
  for (; i < count; ++i) {
    const float unit = (x[i] - mean) * inverse;
    const float g = weight ? grad_y[i] * weight[i] : grad_y[i];
    sum += g;
    product += g * unit;
    if (grad_weight) grad_weight[i] += grad_y[i] * unit;
    if (grad_bias) grad_bias[i] += grad_y[i];
  }
  if (!grad_x) return;
  // 2. Subtract the components of the gradient along the directions that the norm removes.
  const float along_ones = centred ? sum / static_cast<float>(count) : 0.0f;
  const float along_unit = product / static_cast<float>(count);
  for (i = 0; i + kLanes <= count; i += kLanes) {
    const Batch unit = (Batch::load_unaligned(x + i) - Batch(mean)) * Batch(inverse);
    Batch g = Batch::load_unaligned(grad_y + i);
    if (weight) g *= Batch::load_unaligned(weight + i);
    const Batch left = g - Batch(along_ones) - unit * Batch(along_unit);
    xsimd::fma(left, Batch(inverse), Batch::load_unaligned(grad_x + i)).store_unaligned(grad_x + i);
  }
  for (; i < count; ++i) {
    const float unit = (x[i] - mean) * inverse;
    const float g = weight ? grad_y[i] * weight[i] : grad_y[i];
    grad_x[i] += (g - along_ones - unit * along_unit) * inverse;
  }
}

}  // namespace norm_internal

/// Computes the layer norm (Ba et al. 2016) of each row: y (R, C) = (x − mean) / √(variance + ε) · weight + bias. The
/// variance divides by C, not C − 1. weight and bias (C) may be null. y may be x. The mean is subtracted before
/// squaring, because mean(x²) − mean(x)² loses digits when the mean is large.
///
/// Throws kShape when the shapes disagree.
template <class Arch>
void LayerNorm(Arch arch, ConstMatrix x, const float* weight, const float* bias, float epsilon, Matrix y,
               NormStatistics statistics = {}) {
  CheckShape("y", y, x.shape);
  const Index C = x.shape[1];
  for (Index r = 0; r < x.shape[0]; ++r) {
    const float* row = x.data + r * x.stride[0];
    const float mean = Sum(arch, row, C) / static_cast<float>(C);
    const float variance = norm_internal::SumOfSquaredDeviations(arch, row, mean, C) / static_cast<float>(C);
    const float inverse = 1.0f / std::sqrt(variance + epsilon);
    norm_internal::Normalize(arch, row, mean, inverse, weight, bias, C, y.data + r * y.stride[0]);
    if (statistics.mean) statistics.mean[r] = mean;
    if (statistics.inverse) statistics.inverse[r] = inverse;
  }
}

/// Adds the gradients of LayerNorm to `gradients`, from grad_y (R, C) and both statistics of the forward pass.
/// `gradients.x` must not be grad_y. Throws kShape when the shapes disagree.
template <class Arch>
void LayerNormGradient(Arch arch, ConstMatrix x, const float* weight, NormStatistics statistics, ConstMatrix grad_y,
                       const NormGradients& gradients) {
  CheckShape("gradY", grad_y, x.shape);
  if (gradients.x.data) CheckShape("gradX", gradients.x, x.shape);
  for (Index r = 0; r < x.shape[0]; ++r) {
    float* grad_x = gradients.x.data ? gradients.x.data + r * gradients.x.stride[0] : nullptr;
    norm_internal::NormalizeGradient(arch, x.data + r * x.stride[0], statistics.mean[r], statistics.inverse[r], weight,
                                     grad_y.data + r * grad_y.stride[0], true, x.shape[1], grad_x, gradients.weight,
                                     gradients.bias);
  }
}

/// Computes the RMS norm (Zhang & Sennrich 2019) of each row: y (R, C) = x / √(mean(x²) + ε) · weight. weight (C) may
/// be null. y may be x.
///
/// Throws kShape when the shapes disagree.
template <class Arch>
void RmsNorm(Arch arch, ConstMatrix x, const float* weight, float epsilon, Matrix y, NormStatistics statistics = {}) {
  CheckShape("y", y, x.shape);
  const Index C = x.shape[1];
  for (Index r = 0; r < x.shape[0]; ++r) {
    const float* row = x.data + r * x.stride[0];
    const float inverse = 1.0f / std::sqrt(SumOfSquares(arch, row, C) / static_cast<float>(C) + epsilon);
    norm_internal::Normalize(arch, row, 0.0f, inverse, weight, nullptr, C, y.data + r * y.stride[0]);
    if (statistics.inverse) statistics.inverse[r] = inverse;
  }
}

/// Adds the gradients of RmsNorm to `gradients`, from grad_y (R, C) and `statistics.inverse` of the forward pass.
/// `gradients.x` must not be grad_y. Throws kShape when the shapes disagree.
template <class Arch>
void RmsNormGradient(Arch arch, ConstMatrix x, const float* weight, NormStatistics statistics, ConstMatrix grad_y,
                     const NormGradients& gradients) {
  CheckShape("gradY", grad_y, x.shape);
  if (gradients.x.data) CheckShape("gradX", gradients.x, x.shape);
  for (Index r = 0; r < x.shape[0]; ++r) {
    float* grad_x = gradients.x.data ? gradients.x.data + r * gradients.x.stride[0] : nullptr;
    norm_internal::NormalizeGradient(arch, x.data + r * x.stride[0], 0.0f, statistics.inverse[r], weight,
                                     grad_y.data + r * grad_y.stride[0], false, x.shape[1], grad_x, gradients.weight,
                                     nullptr);
  }
}

}  // namespace attenscope
