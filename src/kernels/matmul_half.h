// A weight in half precision, stored in panels, and its product: the numbers are widened panel by panel as they are
// used.
#pragma once

#include "kernels/packed.h"

namespace attenscope {

/// W (rows, columns) in half precision that owns its memory: finite numbers only.
class HalfMatrix {
 public:
  HalfMatrix() = default;
  /// Zeros. `name` is told where there is no memory.
  HalfMatrix(Index rows, Index columns, const std::string& name);

  Index rows() const { return view_.rows; }
  Index columns() const { return view_.columns; }
  std::uint64_t bytes() const { return PackedSize(rows(), columns(), view_.panel_rows) * sizeof(std::uint16_t); }
  const PackedView<std::uint16_t>& view() const { return view_; }

  /// Sets row `row` (columns) to the nearest half-precision numbers; false where one is not finite as such.
  bool SetRow(Index row, const float* values);
  /// The row (columns) as float32.
  void GetRow(Index row, float* out) const;

 private:
  AlignedBuffer buffer_;
  PackedView<std::uint16_t> view_;
};

/// y (T, out) = x (T, in) · Wᵀ + bias (out) + addend (T, out): the very numbers that the float32 kernel gives for the
/// widened matrix.
void MatMul(ConstMatrix x, const HalfMatrix& w, const float* bias, ConstMatrix addend, Matrix y);

}  // namespace attenscope
