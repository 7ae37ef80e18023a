// Samples the next token from logits.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// The options of sampling.
struct SamplingOptions {
  float temperature = 0.0f;  // 0 takes the likeliest token
  Index top_k = 0;           // the number of tokens to draw from; 0: all
  float top_p = 1.0f;        // the probability of the nucleus; 1: all tokens (nucleus sampling, Holtzman et al. 2020)
};

/// Draws tokens. Equal seeds, options and logits give equal tokens on every machine.
class Sampler {
 public:
  explicit Sampler(std::uint32_t seed) : random_(seed) {}

  /// Draws an id from softmax(logits / temperature), limited to the top k tokens and then to the nucleus of probability
  /// p. Of equal logits the lower id comes first. A NaN logit is never chosen while there are others. Throws kOption
  /// for options out of range.
  Index Sample(std::span<const float> logits, const SamplingOptions& options);

 private:
  std::mt19937 random_;
  std::vector<Index> order_;
  std::vector<double> probability_;
};

}  // namespace attenscope
