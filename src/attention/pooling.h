// Attention pooling: one learned query turns a sequence into one vector.
#pragma once

#include "attention/attention_op.h"

namespace attenscope {

/// The parameters of a pooling: `query` alone, or the other three.
struct PoolingParameters {
  std::span<const float> query;   // (C): scores are query · x
  ConstMatrix projection;         // (A, C): scores are hidden · tanh(projection x + bias) (Yang et al. 2016)
  std::span<const float> bias;    // (A), may be empty
  std::span<const float> hidden;  // (A)

  bool additive() const { return projection.data != nullptr; }
};

/// Pooling of x (B, S, C) as attention of one query over x: α = softmax over the sequence, the result Σ_s α_s x_s.
///
/// The output is (B, 1, 1, C), the pattern (B, 1, 1, S). The score of the options is kAdditive if, and only if, the
/// parameters are additive. `allowed` (B, S) is 0 for padding, `bias` (B, S) is added to the scores; both may be null.
/// AttentionOp computes the gradients: the gradient at x is the sum of those at k and v; the gradient at the query is
/// that at q, summed over B.
inline AttentionInputs PoolingInputs(TensorView<const float, 3> x, const PoolingParameters& parameters,
                                     TensorView<const std::uint8_t, 2> allowed, ConstMatrix bias = {}) {
  const Index B = x.shape[0];
  const Index S = x.shape[1];
  const Index C = x.shape[2];
  AttentionInputs inputs;
  inputs.k = {x.data, {B, 1, S, C}, {x.stride[0], 0, x.stride[1], x.stride[2]}};
  inputs.v = inputs.k;
  if (parameters.additive()) {
    // A query of width 0, whose projection (A, 0) gives zeros.
    inputs.q = {x.data, {B, 1, 1, 0}, {0, 0, 0, 1}};
    inputs.parameters.query_projection = {parameters.projection.data, {parameters.projection.shape[0], 0}};
    inputs.parameters.key_projection = parameters.projection;
    inputs.parameters.bias = parameters.bias;
    inputs.parameters.hidden = parameters.hidden;
  } else {
    inputs.q = {parameters.query.data(), {B, 1, 1, static_cast<Index>(parameters.query.size())}, {0, 0, 0, 1}};
  }
  if (allowed.data) {
    inputs.allowed = {allowed.data, {B, 1, 1, S}, {allowed.stride[0], 0, 0, allowed.stride[1]}};
  }
  if (bias.data) inputs.bias = {bias.data, {B, 1, 1, S}, {bias.stride[0], 0, 0, bias.stride[1]}};
  return inputs;
}

}  // namespace attenscope
