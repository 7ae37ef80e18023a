// A change to a head's pattern while the model runs.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// Multiplies part of a pattern by `factor` (0 removes it) after the normaliser; the row is not normalised again.
/// −1 stands for all heads, queries or keys. Queries and keys count from the start of the text.
struct PatternEdit {
  Index head = -1;
  Index query = -1;
  Index key = -1;
  float factor = 0.0f;
};

}  // namespace attenscope
