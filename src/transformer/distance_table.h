// The numbers that each head adds to a score by the distance from query to key, computed once for a run.
#pragma once

#include "position/t5_buckets.h"
#include "transformer/config.h"
#include "transformer/weights.h"

namespace attenscope {

/// How the distances of a stack fall into T5's buckets. Where tokens see later ones, these have buckets of their own.
T5BucketOptions BucketsOf(const Config& config, const StackConfig& stack);

/// A table (N, 2S − 1) for texts of up to S tokens. Each matrix (T, S) of biases is a view of a row.
class DistanceTable {
 public:
  /// Takes memory from `arena`; none where the config has no distance bias.
  void Layout(const Config& config, const StackConfig& stack, Index capacity, Arena& arena);
  /// Computes the table.
  void Fill(const Config& config, const StackConfig& stack, const StackWeights& weights);

  /// What a head adds to the scores (T, S) of `queries` from `first` on; a null view where it adds nothing.
  ConstMatrix Bias(Index head, Index first, Index queries, Index keys) const;

 private:
  Index capacity_ = 0;
  Matrix table_;  // entry S − 1 + d for a key d tokens after the query
};

}  // namespace attenscope
