// Norms, and softmax along an axis, as plain loops in float64. Only tests link them.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope::reference {

/// Returns (x − mean) / √(variance + ε) · weight + bias of each row of x (R, C). Without `centred` (RMS norm) the mean
/// is 0.
inline std::vector<double> Norm(const std::vector<double>& x, const std::vector<double>& weight,
                                const std::vector<double>& bias, double epsilon, bool centred) {
  const std::size_t C = weight.size();
  std::vector<double> y;
  for (std::size_t r = 0; r < x.size() / C; ++r) {
    double mean = 0.0, variance = 0.0;
    for (std::size_t c = 0; c < C && centred; ++c) mean += x[r * C + c] / static_cast<double>(C);
    for (std::size_t c = 0; c < C; ++c) variance += std::pow(x[r * C + c] - mean, 2.0) / static_cast<double>(C);
    for (std::size_t c = 0; c < C; ++c) {
      y.push_back((x[r * C + c] - mean) / std::sqrt(variance + epsilon) * weight[c] + bias[c]);
    }
  }
  return y;
}

/// Returns the softmax of x (outer, length, inner) along the middle axis, or its logarithm. A column of only −∞ gives
/// 0, or −∞ in the logarithm.
inline std::vector<double> SoftmaxAlong(const std::vector<double>& x, Index outer, Index length, Index inner,
                                        bool log) {
  const double lowest = -std::numeric_limits<double>::infinity();
  std::vector<double> y(x.size());
  for (Index place = 0; place < outer * inner; ++place) {
    const auto at = [&](Index l) {
      return static_cast<std::size_t>((place / inner * length + l) * inner + place % inner);
    };
    double largest = lowest, sum = 0.0;
    for (Index l = 0; l < length; ++l) largest = std::max(largest, x[at(l)]);
    for (Index l = 0; l < length; ++l) sum += largest == lowest ? 0.0 : std::exp(x[at(l)] - largest);
    for (Index l = 0; l < length; ++l) {
      if (log) {
        y[at(l)] = largest == lowest ? lowest : x[at(l)] - largest - std::log(sum);
      } else {
        y[at(l)] = largest == lowest ? 0.0 : std::exp(x[at(l)] - largest) / sum;
      }
    }
  }
  return y;
}

}  // namespace attenscope::reference
