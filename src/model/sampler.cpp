// Greedy, top-k and nucleus sampling.
#include "model/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tensor/error.h"
#include "tensor/number_text.h"

namespace attenscope {

namespace {

void Check(const SamplingOptions& options) {
  if (!(options.temperature >= 0.0f) || !std::isfinite(options.temperature)) {
    throw Error(ErrorCode::kOption,
                "temperature is " + NumberText(options.temperature) + ", expected a number of at least 0");
  }
  if (options.top_k < 0) {
    throw Error(ErrorCode::kOption,
                "topK is " + std::to_string(options.top_k) + ", expected a whole number of at least 0");
  }
  if (!(options.top_p > 0.0f && options.top_p <= 1.0f)) {
    throw Error(ErrorCode::kOption, "topP is " + NumberText(options.top_p) + ", expected above 0 and at most 1");
  }
}

/// NaN counts as −∞, so that an invalid logit is not drawn.
float Comparable(float logit) { return std::isnan(logit) ? -std::numeric_limits<float>::infinity() : logit; }

}  // namespace

Index Sampler::Sample(std::span<const float> logits, const SamplingOptions& options) {
  Check(options);
  const Index V = static_cast<Index>(logits.size());
  const auto before = [&](Index a, Index b) {
    const float x = Comparable(logits[static_cast<std::size_t>(a)]);
    const float y = Comparable(logits[static_cast<std::size_t>(b)]);
    return x > y || (x == y && a < b);
  };
  order_.resize(logits.size());
  for (Index i = 0; i < V; ++i) order_[static_cast<std::size_t>(i)] = i;
  const Index likeliest = *std::min_element(order_.begin(), order_.end(), before);
  const double most = Comparable(logits[static_cast<std::size_t>(likeliest)]);
  if (options.temperature == 0.0f || !std::isfinite(most)) return likeliest;

  const Index kept = options.top_k == 0 ? V : std::min(options.top_k, V);
  if (kept < V || options.top_p < 1.0f) {
    std::partial_sort(order_.begin(), order_.begin() + kept, order_.end(), before);
  }
  probability_.resize(static_cast<std::size_t>(kept));
  double sum = 0.0;
  for (std::size_t i = 0; i < probability_.size(); ++i) {
    const double logit = Comparable(logits[static_cast<std::size_t>(order_[i])]);
    probability_[i] = std::exp((logit - most) / options.temperature);
    sum += probability_[i];
  }
  // The nucleus: the smallest set of the likeliest tokens whose probability reaches p.
  std::size_t count = probability_.size();
  if (options.top_p < 1.0f) {
    double reached = 0.0;
    for (count = 0; count < probability_.size() && reached < options.top_p * sum; ++count) {
      reached += probability_[count];
    }
    sum = reached;
  }
  // 32 bits of the generator are scaled by our own arithmetic, because the distributions of std differ between
  // libraries.
  double rest = static_cast<double>(random_()) / 4294967296.0 * sum;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    rest -= probability_[i];
    if (rest < 0.0) return order_[i];
  }
  return order_[count - 1];
}

}  // namespace attenscope
