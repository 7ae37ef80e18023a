// The int8 matrix kernel as plain loops: the formulas of kernels/matmul_int8.h, with sums in float64. Only tests link
// it.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope::reference {

/// Quantises x to 7 bits in blocks, and returns the quantised values in float64.
inline std::vector<double> RoundActivations(const std::vector<float>& x, Index T, Index C, Index block) {
  std::vector<double> rounded(x.size());
  for (Index t = 0; t < T; ++t) {
    for (Index first = 0; first < C; first += block) {
      const Index begin = t * C + first;
      const Index end = t * C + std::min(first + block, C);
      float largest = 0.0f;
      bool finite = true;
      for (Index i = begin; i < end; ++i) {
        const float magnitude = std::abs(x[static_cast<std::size_t>(i)]);
        finite = finite && std::isfinite(magnitude);
        largest = std::max(largest, magnitude);
      }
      const float factor = 63.0f / largest;
      const float scale = largest / 63.0f;
      for (Index i = begin; i < end; ++i) {
        const float scaled = x[static_cast<std::size_t>(i)] * factor;
        const double number = std::isfinite(factor) ? double{std::nearbyint(scaled)} * double{scale} : 0.0;
        rounded[static_cast<std::size_t>(i)] = finite ? number : std::numeric_limits<double>::quiet_NaN();
      }
    }
  }
  return rounded;
}

/// Computes y (T, R) = quantised x (T, C) · (numbers (R, C) · scale of the row)ᵀ + bias + addend. The bias and the
/// addend may be empty.
inline std::vector<double> MatMulInt8(const std::vector<float>& x, const std::vector<std::int8_t>& numbers,
                                      const std::vector<float>& scales, const std::vector<float>& bias,
                                      const std::vector<float>& addend, Index T, Index R, Index C, Index block) {
  const std::vector<double> rounded = RoundActivations(x, T, C, block);
  std::vector<double> y(static_cast<std::size_t>(T * R));
  for (Index t = 0; t < T; ++t) {
    for (Index r = 0; r < R; ++r) {
      double sum = 0.0;
      for (Index c = 0; c < C; ++c) {
        sum += rounded[static_cast<std::size_t>(t * C + c)] * double(numbers[static_cast<std::size_t>(r * C + c)]);
      }
      sum *= double{scales[static_cast<std::size_t>(r)]};
      if (!bias.empty()) sum += bias[static_cast<std::size_t>(r)];
      if (!addend.empty()) sum += addend[static_cast<std::size_t>(t * R + r)];
      y[static_cast<std::size_t>(t * R + r)] = sum;
    }
  }
  return y;
}

}  // namespace attenscope::reference
