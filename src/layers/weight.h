// A weight matrix of a model, stored in float32, half precision or 8 bits and packed for the kernels.
#pragma once

#include "kernels/matmul.h"
#include "kernels/matmul_half.h"
#include "kernels/matmul_int8.h"

namespace attenscope {

/// A weight W (out, in). The first Hold call allocates its memory, because the format is known only when the file's
/// tensor is read.
class Weight {
 public:
  Weight() = default;
  Weight(Index rows, Index columns) : rows_(rows), columns_(columns) {}

  Index rows() const { return rows_; }
  Index columns() const { return columns_; }
  bool is_int8() const { return int8_.rows() > 0; }
  bool is_half() const { return halves_.rows() > 0; }
  std::uint64_t bytes() const { return is_int8() ? int8_.bytes() : is_half() ? halves_.bytes() : floats_.bytes(); }

  /// Each Hold function frees the old memory and allocates zeros in one format. Throws kMemory; the message names
  /// `name`.
  PackedView<float> HoldFloats(const std::string& name) {
    Release();
    floats_ = PackedMatrix(rows_, columns_, kPanelRows<simd::DefaultArch>, name);
    return floats_.view();
  }
  HalfMatrix& HoldHalves(const std::string& name) {
    Release();
    halves_ = HalfMatrix(rows_, columns_, name);
    return halves_;
  }
  Int8Matrix& HoldInt8(const std::string& name) {
    Release();
    int8_ = Int8Matrix(rows_, columns_, name);
    return int8_;
  }
  Int8Matrix& int8() { return int8_; }
  const Int8Matrix& int8() const { return int8_; }
  HalfMatrix& halves() { return halves_; }
  const HalfMatrix& halves() const { return halves_; }
  PackedView<float> floats() { return floats_.view(); }
  PackedView<const float> floats() const { return floats_.view(); }

  /// Writes row `row` (columns) as float32 to `out`, for example the embedding of a token.
  void GetRow(Index row, float* out) const {
    if (is_int8()) return int8_.GetRow(row, out);
    if (is_half()) return halves_.GetRow(row, out);
    UnpackRow(floats(), row, out);
  }

 private:
  void Release() {
    floats_ = PackedMatrix();
    halves_ = HalfMatrix();
    int8_ = Int8Matrix();
  }

  Index rows_ = 0;
  Index columns_ = 0;
  PackedMatrix floats_;
  HalfMatrix halves_;
  Int8Matrix int8_;
};

/// Computes y (T, out) = x (T, in) · Wᵀ + bias (out) + addend (T, out). The bias and the addend may be null. Threads
/// share the rows of W.
template <class Arch>
void MatMul(Arch arch, ConstMatrix x, const Weight& w, const float* bias, ConstMatrix addend, Matrix y) {
  if (w.is_int8()) return MatMul(x, w.int8().view(), bias, addend, y);
  if (w.is_half()) return MatMul(x, w.halves(), bias, addend, y);
  ShareRows(arch, x.shape[0], w.rows(), w.columns(), {bias, addend, y},
            [&](Index first, Index last, const ProductPart& part) {
              MatMul(arch, x, w.floats().Rows(first, last - first), part.bias, part.addend, part.y);
            });
}

}  // namespace attenscope
