// A linear layer with an activation, forward and backward, over parameters that the caller holds.
#pragma once

#include <span>

#include "kernels/packed.h"
#include "tensor/tensor.h"

namespace attenscope {

enum class Activation { kNone, kRelu, kTanh, kSigmoid };

/// y = activation(x Wᵀ + b).
struct Projection {
  ConstMatrix weight;           // (out, in)
  std::span<const float> bias;  // (out), may be empty
  Activation activation = Activation::kNone;
};

/// Where a projection's gradients are added; null for what is not wanted.
struct ProjectionGradient {
  Matrix weight;
  float* bias = nullptr;
};

/// Floats of scratch that a projection (out, in) over `rows` rows needs, forward or backward.
std::uint64_t ProjectionScratch(Index rows, Index out, Index in);

/// y (M, out) from x (M, in). Throws kShape where they do not fit; `name` is the projection in the message.
void Project(const Projection& projection, const char* name, ConstMatrix x, float* scratch, Matrix y);

/// Adds to grad_x (M, in), which may be null, and to `gradient`. `y` is what Project gave; grad_y (M, out) is
/// overwritten with the gradient before the activation.
void ProjectGradient(const Projection& projection, ConstMatrix x, ConstMatrix y, Matrix grad_y, float* scratch,
                     Matrix grad_x, const ProjectionGradient& gradient);

/// x[i] ← activation(x[i]).
void Activate(Activation activation, Matrix x);
/// gradient ← gradient · activation′, told from y, the activation's value.
void ActivateGradient(Activation activation, ConstMatrix y, Matrix gradient);

}  // namespace attenscope
