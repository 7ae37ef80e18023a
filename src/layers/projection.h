// A linear layer with an activation, forward and backward, whose parameters belong to the caller.
#pragma once

#include <span>

#include "kernels/packed.h"
#include "tensor/tensor.h"

namespace attenscope {

/// The activation function after a projection.
enum class Activation { kNone, kRelu, kTanh, kSigmoid };

/// Parameters of y = activation(x Wᵀ + b).
struct Projection {
  ConstMatrix weight;           // (out, in)
  std::span<const float> bias;  // (out), or empty when there is no bias
  Activation activation = Activation::kNone;
};

/// The arrays that the gradients of a projection are added to. Null for a gradient that is not needed.
struct ProjectionGradient {
  Matrix weight;
  float* bias = nullptr;
};

/// Returns the number of scratch floats that a projection (out, in) of `rows` rows needs, forward or backward.
std::uint64_t ProjectionScratch(Index rows, Index out, Index in);

/// Computes y (M, out) = activation(x (M, in) · Wᵀ + b). Throws kShape when the shapes disagree; the message names the
/// projection by `name`.
void Project(const Projection& projection, const char* name, ConstMatrix x, float* scratch, Matrix y);

/// Adds the gradients to grad_x (M, in), which may have no data, and to `gradient`. `y` is the output of Project.
/// grad_y (M, out) is overwritten with the gradient before the activation.
void ProjectGradient(const Projection& projection, ConstMatrix x, ConstMatrix y, Matrix grad_y, float* scratch,
                     Matrix grad_x, const ProjectionGradient& gradient);

/// Computes x[i] ← activation(x[i]).
void Activate(Activation activation, Matrix x);
/// Computes gradient ← gradient · activation′, where the derivative is computed from y, the activation's output.
void ActivateGradient(Activation activation, ConstMatrix y, Matrix gradient);

}  // namespace attenscope
