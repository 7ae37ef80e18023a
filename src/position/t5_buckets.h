// T5's relative positions (Raffel et al. 2020, section 2.1): a learned number per head and bucket of distances.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

struct T5BucketOptions {
  Index buckets = 32;
  /// Distances from here on share the last bucket.
  Index max_distance = 128;
  /// Keys ahead have half of the buckets to themselves; else they share bucket 0 with the query's own place.
  bool bidirectional = true;
};

/// Throws kOption, unless a side has at least 2 buckets and max_distance reaches past those that hold one distance
/// each.
void CheckT5Buckets(const T5BucketOptions& options);

/// The bucket of a relative position, key − query. Half of a side's buckets hold one distance each, the other half hold
/// distances in equal steps of their logarithm up to max_distance.
///
/// The logarithm is taken in float32, as T5's own code does, so that distances on a border fall to the same side.
Index T5Bucket(const T5BucketOptions& options, Index relative);

/// Writes bias (N, T, S) = table (buckets, N) at the bucket of s − (past + t), to be added to scores (T5 does not scale
/// them).
///
/// Throws kShape where the shapes disagree, and as CheckT5Buckets does.
void T5Bias(const T5BucketOptions& options, ConstMatrix table, Index past, TensorView<float, 3> bias);

/// Adds to grad_table (buckets, N) the gradient grad_bias (N, T, S). Throws as T5Bias does.
void T5BiasGradient(const T5BucketOptions& options, TensorView<const float, 3> grad_bias, Index past,
                    Matrix grad_table);

}  // namespace attenscope
