// T5's relative positions (Raffel et al. 2020, section 2.1): a learned bias for each head and each bucket of distances.
#pragma once

#include "tensor/tensor.h"

namespace attenscope {

/// The parameters of T5's buckets.
struct T5BucketOptions {
  Index buckets = 32;
  /// Distances from this number on share the last bucket.
  Index max_distance = 128;
  /// True: later keys have half of the buckets. False: later keys share bucket 0 with distance 0.
  bool bidirectional = true;
};

/// Throws kOption unless a direction has at least 2 buckets and max_distance is larger than the distances that have a
/// bucket of their own.
void CheckT5Buckets(const T5BucketOptions& options);

/// Returns the bucket of a relative position, key − query. Half of the buckets of a direction hold one distance each.
/// The other half cover ranges of distances with equal steps of their logarithm, up to max_distance.
///
/// The logarithm is computed in float32, as in T5's own code, so that distances at the border of two buckets fall into
/// the same bucket.
Index T5Bucket(const T5BucketOptions& options, Index relative);

/// Writes bias (N, T, S) = table (buckets, N) at the bucket of s − (past + t). The bias is added to the scores, which
/// T5 does not scale.
///
/// Throws kShape when the shapes disagree, and as CheckT5Buckets does.
void T5Bias(const T5BucketOptions& options, ConstMatrix table, Index past, TensorView<float, 3> bias);

/// Adds the gradient grad_bias (N, T, S) to grad_table (buckets, N). Throws as T5Bias does.
void T5BiasGradient(const T5BucketOptions& options, TensorView<const float, 3> grad_bias, Index past,
                    Matrix grad_table);

}  // namespace attenscope
