// A normalisation layer: the kind of norm and its parameters.
#pragma once

#include "kernels/norms.h"
#include "layers/linear.h"

namespace attenscope {

/// Layer norm or RMS norm.
enum class NormKind { kLayer, kRms };

/// Parameters of a normalisation layer.
struct Norm {
  NormKind kind = NormKind::kLayer;
  float epsilon = 1e-5f;
  Vector weight;  // (C), of size 0 when the norm has no weight
  Vector bias;    // (C), of size 0 when the norm has no bias; layer norm only
};

/// Computes y (R, C) = norm(x (R, C)), row by row. `statistics` receives the values that ApplyGradient needs; its
/// pointers may be null.
template <class Arch>
void Apply(Arch arch, const Norm& norm, ConstMatrix x, Matrix y, NormStatistics statistics = {}) {
  if (norm.kind == NormKind::kLayer) {
    LayerNorm(arch, x, norm.weight.data(), norm.bias.data(), norm.epsilon, y, statistics);
  } else {
    RmsNorm(arch, x, norm.weight.data(), norm.epsilon, y, statistics);
  }
}

/// Adds the gradients to `gradients`, from the gradient of y (R, C) and the statistics of the forward pass.
template <class Arch>
void ApplyGradient(Arch arch, const Norm& norm, ConstMatrix x, NormStatistics statistics, ConstMatrix grad_y,
                   const NormGradients& gradients) {
  if (norm.kind == NormKind::kLayer) {
    LayerNormGradient(arch, x, norm.weight.data(), statistics, grad_y, gradients);
  } else {
    RmsNormGradient(arch, x, norm.weight.data(), statistics, grad_y, gradients);
  }
}

}  // namespace attenscope
