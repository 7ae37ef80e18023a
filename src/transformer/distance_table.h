// What each head adds to a score by the distance of key and query, once for all layers and rows.
#pragma once

#include "position/t5_buckets.h"
#include "transformer/config.h"
#include "transformer/weights.h"

namespace attenscope {

/// How a stack's distances fall into buckets: where tokens see later ones, these have buckets of their own.
T5BucketOptions BucketsOf(const Config& config, const StackConfig& stack);

/// (N, 2S − 1) for texts of up to S tokens, of which a (T, S) matrix of biases is a view.
class DistanceTable {
 public:
  /// Takes the room from `arena`: none where the config has no such bias.
  void Layout(const Config& config, const StackConfig& stack, Index capacity, Arena& arena);
  void Fill(const Config& config, const StackConfig& stack, const StackWeights& weights);

  /// What a head adds for `queries` from `first` on: (T, S), or a null view.
  ConstMatrix Bias(Index head, Index first, Index queries, Index keys) const;

 private:
  Index capacity_ = 0;
  Matrix table_;  // entry S − 1 + d for a key d tokens after the query
};

}  // namespace attenscope
