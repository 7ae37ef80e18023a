// Computes the angles of the rotary encoding in float64, because float32 loses digits of the angle at large positions.
#include "position/rotary.h"

#include <cmath>

namespace attenscope {

void RotaryAngles(Index position, Index head_width, double base, float* cosines, float* sines) {
  for (Index i = 0; i < head_width / 2; ++i) {
    const double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(head_width);
    const double angle = static_cast<double>(position) * std::pow(base, exponent);
    cosines[i] = static_cast<float>(std::cos(angle));
    sines[i] = static_cast<float>(std::sin(angle));
  }
}

void RotaryTables(const double* frequencies, double attention_factor, Index first, Matrix cosines, Matrix sines) {
  CheckShape("sines", sines, cosines.shape);
  for (Index t = 0; t < cosines.shape[0]; ++t) {
    for (Index i = 0; i < cosines.shape[1]; ++i) {
      const double angle = static_cast<double>(first + t) * frequencies[i];
      cosines(t, i) = static_cast<float>(attention_factor * std::cos(angle));
      sines(t, i) = static_cast<float>(attention_factor * std::sin(angle));
    }
  }
}

void CheckRotary(const TensorView<const float, 4>& x, const RotaryAnglesView& angles, const TensorView<float, 4>& y) {
  const auto [B, N, T, H] = x.shape;
  CheckShape("y", y, x.shape);
  CheckContiguousRows("x", x);
  CheckContiguousRows("y", y);
  const Index pairs = angles.cosines.shape[2];
  if (2 * pairs > H) {
    throw Error(ErrorCode::kShape, "cos: its width is " + std::to_string(pairs) + ", expected at most " +
                                       std::to_string(H / 2) + ", half of x's last dimension");
  }
  CheckShape("sin", angles.sines, angles.cosines.shape);
  CheckContiguousRows("cos", angles.cosines);
  CheckContiguousRows("sin", angles.sines);
  if (!angles.positions.data) {
    CheckShape("cos", angles.cosines, {B, T, pairs});
    return;
  }
  CheckShape("positions", angles.positions, {B, T});
  const Index rows = angles.cosines.shape[1];
  for (Index b = 0; b < B; ++b) {
    for (Index t = 0; t < T; ++t) {
      const Index position = angles.positions(b, t);
      if (position >= 0 && position < rows) continue;
      throw Error(
          position < 0 ? ErrorCode::kOption : ErrorCode::kTooLong,
          "positions: holds " + std::to_string(position) + ", cos has positions 0 to " + std::to_string(rows - 1));
    }
  }
}

void RotaryMatrix(RotaryPairs pairs, const float* cosines, const float* sines, Matrix matrix) {
  const Index W = matrix.shape[0];
  CheckShape("matrix", matrix, {W, W});
  for (Index row = 0; row < W; ++row) {
    for (Index column = 0; column < W; ++column) matrix(row, column) = 0.0f;
  }
  for (Index i = 0; i < W / 2; ++i) {
    const Index a = pairs == RotaryPairs::kHalves ? i : 2 * i;
    const Index b = pairs == RotaryPairs::kHalves ? i + W / 2 : 2 * i + 1;
    matrix(a, a) = cosines[i];
    matrix(a, b) = -sines[i];
    matrix(b, a) = sines[i];
    matrix(b, b) = cosines[i];
  }
}

}  // namespace attenscope
