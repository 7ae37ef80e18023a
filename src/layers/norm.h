// A normalisation layer: which norm, and its parameters.
#pragma once

#include "kernels/norms.h"
#include "layers/linear.h"

namespace attenscope {

enum class NormKind { kLayer, kRms };

struct Norm {
  NormKind kind = NormKind::kLayer;
  float epsilon = 1e-5f;
  Vector weight;  // (C), of size 0 where there is none
  Vector bias;    // (C), likewise; layer norm only
};

/// y (R, C) = norm(x (R, C)), row by row. `statistics` is for ApplyGradient and may hold nulls.
template <class Arch>
void Apply(Arch arch, const Norm& norm, ConstMatrix x, Matrix y, NormStatistics statistics = {}) {
  if (norm.kind == NormKind::kLayer) {
    LayerNorm(arch, x, norm.weight.data(), norm.bias.data(), norm.epsilon, y, statistics);
  } else {
    RmsNorm(arch, x, norm.weight.data(), norm.epsilon, y, statistics);
  }
}

/// Adds the gradients, given that at y (R, C) and the statistics of the forward pass.
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
