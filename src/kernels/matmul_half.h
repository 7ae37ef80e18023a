// A weight in half precision, stored in panels, and its product. The numbers are converted to float32 panel by panel
// during the product.
#pragma once

#include "kernels/packed.h"

namespace attenscope {

/// A matrix W (rows, columns) of finite half-precision numbers that owns its memory.
class HalfMatrix {
 public:
  HalfMatrix() = default;
  /// Allocates a matrix of zeros. Throws kMemory; the message names `name`.
  HalfMatrix(Index rows, Index columns, const std::string& name);

  Index rows() const { return view_.rows; }
  Index columns() const { return view_.columns; }
  /// Returns the number of bytes, the padding of the last panel included.
  std::uint64_t bytes() const { return PackedSize(rows(), columns(), view_.panel_rows) * sizeof(std::uint16_t); }
  const PackedView<std::uint16_t>& view() const { return view_; }

  /// Rounds `values` (columns) to half precision and stores them as row `row`. Returns false when a rounded number is
  /// not finite.
  bool SetRow(Index row, const float* values);
  /// Writes row `row` (columns) as float32 to `out`.
  void GetRow(Index row, float* out) const;

 private:
  AlignedBuffer buffer_;
  PackedView<std::uint16_t> view_;
};

/// Computes y (T, out) = x (T, in) · Wᵀ + bias (out) + addend (T, out). The result has the same bits as the float32
/// kernel's for the converted matrix. Throws kMemory.
void MatMul(ConstMatrix x, const HalfMatrix& w, const float* bias, ConstMatrix addend, Matrix y);

}  // namespace attenscope
