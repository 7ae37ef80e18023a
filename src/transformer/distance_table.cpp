// Fills the distance table. The row of a head begins with the farthest key before the query and ends with the farthest
// key after the query.
#include "transformer/distance_table.h"

#include <vector>

#include "position/alibi.h"

namespace attenscope {

T5BucketOptions BucketsOf(const Config& config, const StackConfig& stack) {
  return {.buckets = config.buckets, .max_distance = config.bucket_distance, .bidirectional = !stack.causal};
}

void DistanceTable::Layout(const Config& config, const StackConfig& stack, Index capacity, Arena& arena) {
  capacity_ = capacity;
  const bool has = config.distance_bias != DistanceBias::kNone;
  table_ = arena.Tensor<2>({has ? stack.heads : 0, 2 * capacity - 1});
}

void DistanceTable::Fill(const Config& config, const StackConfig& stack, const StackWeights& weights) {
  const Index N = table_.shape[0];
  if (N == 0) return;
  // With a query at position S − 1 and keys 0 … 2S − 2, every distance occurs once.
  const TensorView<float, 3> bias(table_.data, {N, 1, table_.shape[1]});
  if (config.distance_bias == DistanceBias::kBuckets) {
    const ConstMatrix learned(weights.buckets.data(), {config.buckets, N});
    T5Bias(BucketsOf(config, stack), learned, capacity_ - 1, bias);
  } else {
    std::vector<float> slopes(static_cast<std::size_t>(N));
    AlibiSlopes(N, slopes.data());
    AlibiBias(slopes.data(), capacity_ - 1, bias);
  }
}

ConstMatrix DistanceTable::Bias(Index head, Index first, Index queries, Index keys) const {
  if (table_.shape[0] == 0) return {};
  return {&table_(head, capacity_ - 1 - first), {queries, keys}, {-1, 1}};
}

}  // namespace attenscope
