// Measures the tensors of a call of attention and checks that their shapes fit each other.
#include <string>

#include "attention/attention_op.h"
#include "tensor/error.h"

namespace attenscope {

namespace {

std::string Show(std::span<const Index> shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}

template <class T, int Rank>
void Expect(const char* name, const TensorView<T, Rank>& tensor, std::array<Index, Rank> expected) {
  if (tensor.shape == expected) return;
  throw Error(ErrorCode::kShape, std::string(name) + " is " + Show(tensor.shape) + ", expected " + Show(expected));
}

void CheckParameters(const AttentionInputs& inputs, ScoreKind score, const AttentionSizes& sizes) {
  const ScoreParameters& parameters = inputs.parameters;
  switch (score) {
    case ScoreKind::kGeneral:
      return Expect("parameters.weight", parameters.general, {sizes.H, sizes.Hk});
    case ScoreKind::kAdditive:
      if (!parameters.bias.empty() && static_cast<Index>(parameters.bias.size()) != sizes.D) {
        throw Error(ErrorCode::kShape, "parameters.bias has " + std::to_string(parameters.bias.size()) +
                                           " numbers, expected " + std::to_string(sizes.D));
      }
      Expect("parameters.query", parameters.query_projection, {sizes.D, sizes.H});
      return Expect("parameters.key", parameters.key_projection, {sizes.D, sizes.Hk});
    default:
      if (sizes.H == sizes.Hk) return;
      throw Error(ErrorCode::kShape, "k is of width " + std::to_string(sizes.Hk) + ", expected that of q, " +
                                         std::to_string(sizes.H) + "; the scores general and additive take others");
  }
}

}  // namespace

AttentionSizes Measure(const AttentionInputs& inputs, const AttentionOptions& options) {
  AttentionSizes sizes{};
  const bool forward = options.weighting == Weighting::kForward;
  sizes.B = inputs.q.shape[0];
  sizes.N = inputs.q.shape[1];
  sizes.T = inputs.q.shape[2];
  sizes.H = inputs.q.shape[3];
  sizes.K = inputs.k.shape[1];
  sizes.Hk = inputs.k.shape[3];
  sizes.Hv = inputs.v.shape[3];
  sizes.P = inputs.past_key.data ? inputs.past_key.shape[2] : 0;
  sizes.S = sizes.P + inputs.k.shape[2];
  sizes.values = forward ? sizes.S : sizes.T;
  sizes.D = options.score == ScoreKind::kAdditive ? static_cast<Index>(inputs.parameters.hidden.size()) : sizes.Hk;
  if (sizes.K < 1 || sizes.N % sizes.K != 0) {
    throw Error(ErrorCode::kShape, "q has " + std::to_string(sizes.N) +
                                       " heads, expected a multiple of k's, which has " + std::to_string(sizes.K));
  }
  Expect("k", inputs.k, {sizes.B, sizes.K, inputs.k.shape[2], sizes.Hk});
  Expect("v", inputs.v, {sizes.B, sizes.K, sizes.values - (forward ? sizes.P : 0), sizes.Hv});
  if (inputs.past_key.data) Expect("pastKey", inputs.past_key, {sizes.B, sizes.K, sizes.P, sizes.Hk});
  if (forward && bool(inputs.past_key.data) != bool(inputs.past_value.data)) {
    throw Error(ErrorCode::kShape, "pastKey and pastValue go together: one of them is missing");
  }
  if (!forward && inputs.past_value.data) {
    throw Error(ErrorCode::kShape,
                "pastValue has no place in a backward weighting, whose values belong to the queries");
  }
  if (inputs.past_value.data) Expect("pastValue", inputs.past_value, {sizes.B, sizes.K, sizes.P, sizes.Hv});
  if (inputs.allowed.data) Expect("mask", inputs.allowed, {sizes.B, sizes.N, sizes.T, sizes.S});
  if (inputs.bias.data) Expect("mask", inputs.bias, {sizes.B, sizes.N, sizes.T, sizes.S});
  if (!inputs.key_lengths.empty() && static_cast<Index>(inputs.key_lengths.size()) != sizes.B) {
    throw Error(ErrorCode::kShape, "keyLengths has " + std::to_string(inputs.key_lengths.size()) +
                                       " numbers, expected one for each of the " + std::to_string(sizes.B) +
                                       " in the batch");
  }
  for (std::int32_t length : inputs.key_lengths) {
    if (length < 0 || length > sizes.S) {
      throw Error(ErrorCode::kOption,
                  "keyLengths has " + std::to_string(length) + ", expected 0 to " + std::to_string(sizes.S));
    }
  }
  CheckParameters(inputs, options.score, sizes);
  return sizes;
}

}  // namespace attenscope
