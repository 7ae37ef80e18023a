// Choosing the next token from logits.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

struct SamplingOptions {
  float temperature = 0.0f;  // 0 takes the likeliest
  Index top_k = 0;           // 0: all
  float top_p = 1.0f;        // 1: all (Holtzman et al. 2020, nucleus sampling)
};

/// Draws tokens; the same seed, options and logits give the same tokens on every machine.
class Sampler {
 public:
  explicit Sampler(std::uint32_t seed) : random_(seed) {}

  /// The id drawn from softmax(logits / temperature), cut to the top k and then to the nucleus p. Of equal logits the
  /// lower id comes first. NaN logits are never chosen while there are others. Throws kOption for options out of range.
  Index Sample(std::span<const float> logits, const SamplingOptions& options);

 private:
  std::mt19937 random_;
  std::vector<Index> order_;
  std::vector<double> probability_;
};

}  // namespace attenscope
