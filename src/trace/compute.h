// Traced tensors on demand, from what a run holds.
#pragma once

#include <string>
#include <vector>

#include "model/run.h"
#include "trace/names.h"

namespace attenscope {

/// A tensor that owns its numbers.
struct TraceTensor {
  std::vector<float> data;
  std::vector<Index> shape;
};

/// The traced tensor `name` for `queries` tokens from `first_query` on, which all must be computed. Keys are those up
/// to the last of these queries: S = first_query + queries. `head` takes one head, without its dimension; −1 takes all.
/// It is computed by the kernels that ran the model, so that the numbers are those that the run used.
/// Throws kOption for a name, head or range that does not exist and kMemory.
TraceTensor ComputeTrace(Run& run, const std::string& name, Index head, Index first_query, Index queries);

}  // namespace attenscope
