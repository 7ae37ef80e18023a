// Compares gradients with central differences of a function in float64.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope::testing {

inline std::vector<double> Doubles(const std::vector<float>& values) { return {values.begin(), values.end()}; }

inline double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Checks that `gradient` has the derivative of `loss` for each element of x, within 1e-4 of the largest derivative.
inline void CheckGradient(const std::string& name, const std::function<double(const std::vector<double>&)>& loss,
                          const std::vector<float>& x, const std::vector<float>& gradient) {
  CAPTURE(name);
  REQUIRE(x.size() == gradient.size());
  std::vector<double> at = Doubles(x);
  std::vector<double> expected;
  double largest = 0.0;
  for (double& value : at) {
    // A step near the cube root of float64's precision balances truncation and rounding errors.
    const double before = value;
    const double step = 6e-6 * std::max(1.0, std::abs(before));
    value = before + step;
    const double above = loss(at);
    value = before - step;
    expected.push_back((above - loss(at)) / (2.0 * step));
    value = before;
    largest = std::max(largest, std::abs(expected.back()));
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CAPTURE(expected[i]);
    CAPTURE(gradient[i]);
    CHECK(std::abs(gradient[i] - expected[i]) <= 1e-4 * largest);
  }
}

}  // namespace attenscope::testing
