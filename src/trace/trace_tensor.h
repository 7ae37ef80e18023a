// A traced tensor, computed for whoever asked.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// A tensor that owns its numbers.
struct TraceTensor {
  std::vector<float> data;
  std::vector<Index> shape;
};

/// Throws kOption, saying what asks, unless tokens [first, first + count) are among those that are computed.
void CheckTokens(const std::string& what, Index first, Index count, Index computed);

/// In place of a head: the mean over all of them.
inline constexpr Index kMeanHead = -2;

/// A tensor (rows, columns), or with `per_head` (heads, rows, columns), of which `head` takes one without its
/// dimension; −1 takes all, kMeanHead their mean. `fill(head, out)` writes a head's (rows, columns). Throws kOption,
/// naming `name`, for a head that does not exist, and kMemory.
TraceTensor MakeTrace(const std::string& name, std::vector<Index> shape, Index head, bool per_head,
                      const std::function<void(Index, Matrix)>& fill);

}  // namespace attenscope
