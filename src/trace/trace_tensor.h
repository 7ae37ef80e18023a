// A traced tensor, computed for whoever asked.
#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// A tensor that owns its numbers.
struct TraceTensor {
  std::vector<float> data;
  std::vector<Index> shape;
};

}  // namespace attenscope
