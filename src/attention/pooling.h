// Attention pooling, which turns a sequence into one vector with one learned query.
#pragma once

#include "attention/attention_op.h"

namespace attenscope {

/// The parameters of a pooling: either `query`, or the other three.
struct PoolingParameters {
  std::span<const float> query;   // (C): scores are query · x
  ConstMatrix projection;         // (A, C): scores are hidden · tanh(projection x + bias) (Yang et al. 2016)
  std::span<const float> bias;    // (A), may be empty
  std::span<const float> hidden;  // (A)

  /// Tells whether the score is additive.
  bool additive() const { return projection.data != nullptr; }
};

/// Expresses the pooling of x (B, S, C) as attention of one query over x: α = softmax of the scores over the sequence,
/// and the result is Σ_s α_s x_s.
///
/// The output of attention is then (B, 1, 1, C) and the pattern (B, 1, 1, S). The score of the options must be
/// kAdditive if, and only if, the parameters are additive. `allowed` (B, S) is 0 for padding, `bias` (B, S) is added to
/// the scores; both may be null. AttentionOp computes the gradients: the gradient at x is the sum of the gradients at k
/// and v; the gradient at the query is the gradient at q, summed over B.
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
