// Computes T5's buckets, the bias matrix made of them, and the gradient of the table.
#include "position/t5_buckets.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "tensor/check.h"

namespace attenscope {

namespace {

Index BucketsOfSide(const T5BucketOptions& options) {
  return options.bidirectional ? options.buckets / 2 : options.buckets;
}

/// Calls body(bucket, t, s) for every element of a matrix (T, S). The bucket is computed once per diagonal.
template <class Body>
void ForEachPlace(const T5BucketOptions& options, Index past, Index T, Index S, Body body) {
  for (Index offset = 1 - T; offset < S; ++offset) {
    const Index bucket = T5Bucket(options, offset - past);
    const Index last = std::min(T, S - offset);
    for (Index t = std::max<Index>(0, -offset); t < last; ++t) body(bucket, t, t + offset);
  }
}

}  // namespace

void CheckT5Buckets(const T5BucketOptions& options) {
  const Index side = BucketsOfSide(options);
  if (side < 2) {
    throw Error(ErrorCode::kOption, "buckets: is " + std::to_string(options.buckets) + ", expected at least " +
                                        (options.bidirectional ? "4 in both directions" : "2"));
  }
  if (options.max_distance <= side / 2) {
    throw Error(ErrorCode::kOption, "maxDistance: is " + std::to_string(options.max_distance) +
                                        ", expected more than " + std::to_string(side / 2));
  }
}

Index T5Bucket(const T5BucketOptions& options, Index relative) {
  const Index side = BucketsOfSide(options);
  const Index first = options.bidirectional && relative > 0 ? side : 0;
  const Index distance = options.bidirectional ? std::abs(relative) : std::max<Index>(0, -relative);
  const Index exact = side / 2;
  if (distance < exact) return first + distance;
  const float ratio = static_cast<float>(distance) / static_cast<float>(exact);
  const float range =
      static_cast<float>(std::log(static_cast<double>(options.max_distance) / static_cast<double>(exact)));
  const float step = std::log(ratio) / range * static_cast<float>(side - exact);
  return first + std::min(exact + static_cast<Index>(step), side - 1);
}

void T5Bias(const T5BucketOptions& options, ConstMatrix table, Index past, TensorView<float, 3> bias) {
  CheckT5Buckets(options);
  CheckShape("table", table, {options.buckets, bias.shape[0]});
  for (Index n = 0; n < bias.shape[0]; ++n) {
    ForEachPlace(options, past, bias.shape[1], bias.shape[2],
                 [&](Index bucket, Index t, Index s) { bias(n, t, s) = table(bucket, n); });
  }
}

void T5BiasGradient(const T5BucketOptions& options, TensorView<const float, 3> grad_bias, Index past,
                    Matrix grad_table) {
  CheckT5Buckets(options);
  CheckShape("gradTable", grad_table, {options.buckets, grad_bias.shape[0]});
  for (Index n = 0; n < grad_bias.shape[0]; ++n) {
    ForEachPlace(options, past, grad_bias.shape[1], grad_bias.shape[2],
                 [&](Index bucket, Index t, Index s) { grad_table(bucket, n) += grad_bias(n, t, s); });
  }
}

}  // namespace attenscope
