// The kernels as plain loops in float64, written directly from their formulas. Only tests link them.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope::reference {

/// Computes y (T, R) = x (T, C) · wᵀ + bias + addend, with w (R, C) row-major. The bias and the addend may be empty.
inline std::vector<double> MatMul(const std::vector<float>& x, const std::vector<float>& w,
                                  const std::vector<float>& bias, const std::vector<float>& addend, Index T, Index R,
                                  Index C) {
  std::vector<double> y(static_cast<std::size_t>(T * R));
  for (Index t = 0; t < T; ++t) {
    for (Index r = 0; r < R; ++r) {
      double sum = bias.empty() ? 0.0 : bias[static_cast<std::size_t>(r)];
      if (!addend.empty()) sum += addend[static_cast<std::size_t>(t * R + r)];
      for (Index c = 0; c < C; ++c) {
        sum += double{x[static_cast<std::size_t>(t * C + c)]} * double{w[static_cast<std::size_t>(r * C + c)]};
      }
      y[static_cast<std::size_t>(t * R + r)] = sum;
    }
  }
  return y;
}

/// Returns the softmax, or zeros when all numbers are −∞.
inline std::vector<double> Softmax(const std::vector<float>& x) {
  double most = -std::numeric_limits<double>::infinity();
  for (float value : x) most = std::max(most, double{value});
  std::vector<double> y;
  double sum = 0.0;
  for (float value : x) {
    y.push_back(std::isinf(most) && most < 0 ? 0.0 : std::exp(double{value} - most));
    sum += y.back();
  }
  for (double& value : y) value = sum == 0.0 ? 0.0 : value / sum;
  return y;
}

/// Returns the largest number, at least 0, of each block × block square of x (T, S): (⌈T / block⌉, ⌈S / block⌉).
inline std::vector<float> BlockMaxima(const std::vector<float>& x, Index T, Index S, Index block) {
  const Index height = (T + block - 1) / block;
  const Index width = (S + block - 1) / block;
  std::vector<float> cells(static_cast<std::size_t>(height * width), 0.0f);
  for (Index t = 0; t < T; ++t) {
    for (Index s = 0; s < S; ++s) {
      float& cell = cells[static_cast<std::size_t>(t / block * width + s / block)];
      cell = std::max(cell, x[static_cast<std::size_t>(t * S + s)]);
    }
  }
  return cells;
}

}  // namespace attenscope::reference
