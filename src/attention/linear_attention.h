// Linear attention: a matrix of state, written by keys and values and read by queries, one position after another.
//
// Katharopoulos et al. 2020 (linear), Yang et al. 2024 (gated), Schlag et al. 2021 (delta), Yang et al. 2025 (gated
// delta); ONNX's operator LinearAttention, opset 27. As there, and unlike the first of these papers, queries and keys
// go through no feature map here and the output is not divided by a sum of weights: what callers want of that they
// apply before.
#pragma once

#include <cstdint>

#include "tensor/tensor.h"

namespace attenscope {

/// How a position changes the state; names are ONNX's.
enum class LinearRule { kLinear, kGated, kDelta, kGatedDelta };

constexpr bool HasDecay(LinearRule rule) { return rule == LinearRule::kGated || rule == LinearRule::kGatedDelta; }
constexpr bool HasBeta(LinearRule rule) { return rule == LinearRule::kDelta || rule == LinearRule::kGatedDelta; }

struct LinearAttentionOptions {
  LinearRule rule = LinearRule::kGatedDelta;
  /// What outputs are multiplied by, usually 1/√H.
  float scale = 1.0f;
};

/// K divides N. Strides are free but for the last dimension of q, k and v, so that packed heads (B, T, N·H) are a view
/// too.
struct LinearAttentionInputs {
  TensorView<const float, 4> q;      // (B, N, T, H)
  TensorView<const float, 4> k;      // (B, K, T, H); of length one for the delta rules to be stable
  TensorView<const float, 4> v;      // (B, K, T, Hv)
  TensorView<const float, 4> decay;  // (B, K, T, H), or (B, K, T, 1) for one a head: logarithms, so at most 0 to forget
  TensorView<const float, 3> beta;   // (B, K, T), or (B, 1, T) for all heads: how much of the new is taken, 0 to 1
};

/// Where gradients are added; null for what is not wanted. Shapes are those of the inputs.
struct LinearAttentionGradients {
  TensorView<float, 4> q, k, v, decay;
  TensorView<float, 3> beta;
};

/// For each position t in turn, with S the state (H, Hv) of a key/value head and ⊗ the outer product:
///
///   linear       S ← S + k ⊗ v
///   gated        S ← exp(decay) · S + k ⊗ v
///   delta        S ← S + β k ⊗ (v − Sᵀ k)
///   gated delta  S ← exp(decay) · S, then as delta
///
/// and output (B, N, T, Hv) = scale · Sᵀ q, for each of the N / K query heads that share the key/value head: query head
/// n reads head n / (N / K). `state` (B, K, H, Hv), each head's matrix contiguous, holds the past, zeros if there is
/// none, and receives the present. `scratch` holds LinearAttentionScratch floats. A decay or beta that the rule has no
/// use for is ignored.
///
/// Throws kShape, naming the tensor that does not fit, and kOption for a decay or beta that the rule needs and has not.
void LinearAttention(const LinearAttentionInputs& inputs, const LinearAttentionOptions& options,
                     TensorView<float, 4> state, TensorView<float, 4> output, float* scratch);

/// Adds the gradients of LinearAttention, given grad_output (B, N, T, Hv).
///
/// `past` (B, K, H, Hv) is the state that the forward pass began with; its data may be null for zeros. `grad_state`
/// (B, K, H, Hv) holds the gradient at the present state, zeros if nothing reads it, and receives that of the past
/// state. States are computed anew, a head at a time, and kept in `scratch`: LinearAttentionGradientScratch floats.
/// Throws as LinearAttention does, and kShape for a gradient of another shape than what it is of.
void LinearAttentionGradient(const LinearAttentionInputs& inputs, const LinearAttentionOptions& options,
                             TensorView<const float, 4> past, TensorView<const float, 4> grad_output,
                             TensorView<float, 4> grad_state, const LinearAttentionGradients& gradients,
                             float* scratch);

/// Floats of scratch for the forward pass: Hv.
std::uint64_t LinearAttentionScratch(const LinearAttentionInputs& inputs);

/// Floats of scratch for the gradient: (T + 1) · H · Hv for the states of one head, and (T + 1) · Hv beside.
std::uint64_t LinearAttentionGradientScratch(const LinearAttentionInputs& inputs);

}  // namespace attenscope
