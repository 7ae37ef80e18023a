// The encodings of positions as plain loops in float64. Only tests link them.
#pragma once

#include <cmath>
#include <complex>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope::reference {

/// Returns the encoding (C) of a position: coordinate 2i is the sine of position / base^(2i/C), coordinate 2i + 1 the
/// cosine.
inline std::vector<double> Sinusoidal(double position, Index C, double base) {
  std::vector<double> encoding;
  for (Index c = 0; c < C; ++c) {
    const double angle = position / std::pow(base, static_cast<double>(c - c % 2) / static_cast<double>(C));
    encoding.push_back(c % 2 == 0 ? std::sin(angle) : std::cos(angle));
  }
  return encoding;
}

/// Rotates pairs of coordinates of x (H) by `angles`, each pair as a complex number. With W twice the number of angles,
/// the pairs are coordinates i and i + W/2 or, with `neighbours`, 2i and 2i + 1.
inline std::vector<double> Rotate(std::vector<double> x, const std::vector<double>& angles, bool neighbours) {
  const std::size_t half = angles.size();
  for (std::size_t i = 0; i < half; ++i) {
    double& a = x[neighbours ? 2 * i : i];
    double& b = x[neighbours ? 2 * i + 1 : i + half];
    const std::complex<double> turned = std::complex<double>(a, b) * std::polar(1.0, angles[i]);
    a = turned.real();
    b = turned.imag();
  }
  return x;
}

}  // namespace attenscope::reference
