// The numbers that each head adds to a score by the distance from query to key, computed once for each run.
#pragma once

#include "position/t5_buckets.h"
#include "transformer/config.h"
#include "transformer/weights.h"

namespace attenscope {

/// Returns the options of T5's buckets for a stack. In a stack that is not causal, later keys have buckets of their
/// own.
T5BucketOptions BucketsOf(const Config& config, const StackConfig& stack);

/// A table (N, 2S − 1) for texts of up to S tokens. The biases (T, S) of a head are a view of its row.
class DistanceTable {
 public:
  /// Takes memory for the table from `arena`, or none if the config has no distance bias.
  void Layout(const Config& config, const StackConfig& stack, Index capacity, Arena& arena);
  /// Computes the numbers of the table from the config and the weights.
  void Fill(const Config& config, const StackConfig& stack, const StackWeights& weights);

  /// Returns the biases (T, S) of the scores of a head, for T = `queries` queries from `first` on and S = `keys` keys.
  /// Returns a null view if there is no distance bias.
  ConstMatrix Bias(Index head, Index first, Index queries, Index keys) const;

 private:
  Index capacity_ = 0;
  Matrix table_;  // (N, 2S − 1): column S − 1 + d is for a key d tokens after the query
};

}  // namespace attenscope
