// Dropout (Srivastava et al. 2014): zeroes each number with probability p and scales the others by 1 / (1 − p).
//
// The mask is a function of a seed and of the place of a number, so that the backward pass computes the same mask again
// and no memory holds it.
#pragma once

#include <cstdint>

#include "tensor/tensor.h"

namespace attenscope {

/// The dropout of one place in a graph.
struct Dropout {
  float probability = 0.0f;            // p, in [0, 1)
  std::uint64_t place = 0;             // tells the masks of different places apart
  const std::uint64_t* key = nullptr;  // the key of the current training step, which the trainer changes

  /// Tells whether there is anything to drop. Without a key the graph is in evaluation.
  bool active() const { return probability > 0.0f && key && *key != 0; }
  /// Multiplies row `row` (count numbers) by its mask: x[i] ← x[i] · (0 or 1 / (1 − p)).
  void Apply(std::uint64_t row, float* x, Index count) const;
};

}  // namespace attenscope
