// Linear attention: a state matrix that keys and values write and queries read, one position after another.
//
// Sources: Katharopoulos et al. 2020 (linear), Yang et al. 2024 (gated), Schlag et al. 2021 (delta), Yang et al. 2025
// (gated delta); ONNX operator LinearAttention, opset 27. As in ONNX, and unlike Katharopoulos et al., queries and keys
// go through no feature map, and the output is not divided by a sum of weights. A caller that needs a feature map
// applies it to q and k first.
#pragma once

#include <cstdint>

#include "tensor/tensor.h"

namespace attenscope {

/// The rule by which a position changes the state. The names are those of ONNX.
enum class LinearRule { kLinear, kGated, kDelta, kGatedDelta };

/// Tells whether the rule reads a decay.
constexpr bool HasDecay(LinearRule rule) { return rule == LinearRule::kGated || rule == LinearRule::kGatedDelta; }
/// Tells whether the rule reads a beta.
constexpr bool HasBeta(LinearRule rule) { return rule == LinearRule::kDelta || rule == LinearRule::kGatedDelta; }

/// The options of linear attention.
struct LinearAttentionOptions {
  LinearRule rule = LinearRule::kGatedDelta;
  /// The factor of the outputs, usually 1/√H.
  float scale = 1.0f;
};

/// The inputs of linear attention. K divides N. The last dimension of q, k and v is contiguous; the other strides are
/// free, so that packed heads (B, T, N·H) are a valid view.
///
/// exp(decay) is the factor by which the state decays, so that a decay is usually at most 0. beta is the share of the
/// new value that the state takes.
struct LinearAttentionInputs {
  TensorView<const float, 4> q;      // (B, N, T, H)
  TensorView<const float, 4> k;      // (B, K, T, H); the delta rules are stable when each key has length 1
  TensorView<const float, 4> v;      // (B, K, T, Hv)
  TensorView<const float, 4> decay;  // (B, K, T, H), or (B, K, T, 1) with one decay for each head: logarithms
  TensorView<const float, 3> beta;   // (B, K, T), or (B, 1, T) with one beta for all heads: 0 to 1
};

/// Memory to which the gradients are added, each of the shape of its input. A null view skips its gradient.
struct LinearAttentionGradients {
  TensorView<float, 4> q, k, v, decay;
  TensorView<float, 3> beta;
};

/// Computes linear attention. Each position t in turn changes S, the state (H, Hv) of a key/value head; ⊗ is the outer
/// product:
///
///   linear       S ← S + k ⊗ v
///   gated        S ← exp(decay) · S + k ⊗ v
///   delta        S ← S + β k ⊗ (v − Sᵀ k)
///   gated delta  S ← exp(decay) · S, then the delta rule
///
/// and then computes output (B, N, T, Hv) = scale · Sᵀ q. Query head n reads the state of key/value head n / (N / K).
/// `state` (B, K, H, Hv) has a contiguous matrix for each head. It holds the past state at the call, zeros if there is
/// no past, and the new state after the call. `scratch` has LinearAttentionScratch floats. The function ignores a decay
/// or beta that the rule does not read.
///
/// Throws kShape for a tensor that does not fit, with its name in the message, and kOption for a missing decay or beta.
void LinearAttention(const LinearAttentionInputs& inputs, const LinearAttentionOptions& options,
                     TensorView<float, 4> state, TensorView<float, 4> output, float* scratch);

/// Adds the gradients of LinearAttention, given grad_output (B, N, T, Hv).
///
/// `past` (B, K, H, Hv) is the state at the start of the forward pass; null data means zeros. `grad_state` (B, K, H,
/// Hv) holds the gradient at the new state, zeros if nothing reads this state, and receives the gradient at the past
/// state. The function computes the states again, one head at a time, into `scratch`, which has
/// LinearAttentionGradientScratch floats. Throws as LinearAttention does, and kShape for a gradient whose shape differs
/// from its tensor.
void LinearAttentionGradient(const LinearAttentionInputs& inputs, const LinearAttentionOptions& options,
                             TensorView<const float, 4> past, TensorView<const float, 4> grad_output,
                             TensorView<float, 4> grad_state, const LinearAttentionGradients& gradients,
                             float* scratch);

/// Returns the number of scratch floats for the forward pass: Hv.
std::uint64_t LinearAttentionScratch(const LinearAttentionInputs& inputs);

/// Returns the number of scratch floats for the gradient: (T + 1) · H · Hv for the states of one head, and another (T +
/// 1) · Hv.
std::uint64_t LinearAttentionGradientScratch(const LinearAttentionInputs& inputs);

}  // namespace attenscope
