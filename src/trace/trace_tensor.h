// A traced tensor with its own memory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// A tensor that owns its numbers, row-major.
struct TraceTensor {
  std::vector<float> data;
  std::vector<Index> shape;
};

/// Throws kOption unless tokens [first, first + count) are computed. `what` names the request in the message.
void CheckTokens(const std::string& what, Index first, Index count, Index computed);

/// A value for `head` that means the mean over all heads.
inline constexpr Index kMeanHead = -2;

/// Computes a traced tensor. Its shape is (rows, columns), or (heads, rows, columns) with `per_head`. `head` selects
/// one head and drops the dimension of heads; −1 selects all heads, kMeanHead their mean. `fill(head, out)` writes the
/// matrix (rows, columns) of one head. Throws kOption for a head that does not exist; the message begins with `name`.
/// Throws kMemory.
TraceTensor MakeTrace(const std::string& name, std::vector<Index> shape, Index head, bool per_head,
                      const std::function<void(Index, Matrix)>& fill);

}  // namespace attenscope
