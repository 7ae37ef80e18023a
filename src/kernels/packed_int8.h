// A weight in 8 bits, stored in panels. Quantisation is symmetric, with one float32 scale per row (output channel).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "kernels/packed.h"
#include "simd/int8_dot.h"

namespace attenscope {

/// The number of columns that share a scale when activations are quantised. Sums over these columns are integers.
inline constexpr Index kInt8Block = 64;

/// The layout of int8 weights for a variant of the dot product. A panel is a sequence of blocks of kInt8Block columns.
/// A block holds first its corrections, then its steps. The corrections exist only when activations have an offset: for
/// each row of the panel the negative sum of its weights, in 16 bits. A step holds, row by row, `kColumns` neighbouring
/// columns. The last step is padded with zero columns.
template <class Dot, class Arch = simd::DefaultArch>
struct Int8Layout {
  static constexpr Index kRows = kPanelRows<Arch>;
  static constexpr Index kStep = kRows * Dot::kColumns;
  static constexpr Index kCorrections = Dot::kOffset ? kRows * static_cast<Index>(sizeof(std::int16_t)) : 0;
  static constexpr Index kBlock = kCorrections + kRows * kInt8Block;

  /// Returns the number of columns with the padding of the last step.
  static constexpr Index Filled(Index columns) { return (columns + Dot::kColumns - 1) / Dot::kColumns * Dot::kColumns; }
  static constexpr Index Blocks(Index columns) { return (columns + kInt8Block - 1) / kInt8Block; }
  static constexpr Index PanelBytes(Index columns) { return Blocks(columns) * kCorrections + Filled(columns) * kRows; }
  static constexpr Index Panels(Index rows) { return (rows + kRows - 1) / kRows; }
  /// Returns the index in bytes of the weight at (row, column).
  static constexpr Index Offset(Index row, Index column, Index columns) {
    const Index within = column % kInt8Block;
    return row / kRows * PanelBytes(columns) + column / kInt8Block * kBlock + kCorrections +
           within / Dot::kColumns * kStep + row % kRows * Dot::kColumns + within % Dot::kColumns;
  }
};

/// A view of W (rows, columns), where W(r, c) = number(r, c) · scale(r).
struct Int8View {
  const std::int8_t* data = nullptr;
  const float* scales = nullptr;  // (rows), padded to whole panels
  Index rows = 0;
  Index columns = 0;

  /// Returns rows [first, last). `first` is a multiple of the rows of a panel. A view without rows keeps its pointers.
  template <class Layout>
  Int8View Rows(Index first, Index last) const {
    if (first == last) return {data, scales, 0, columns};
    return {data + first / Layout::kRows * Layout::PanelBytes(columns), scales + first, last - first, columns};
  }
};

/// An int8 matrix that owns its memory.
class Int8Matrix {
 public:
  using Layout = Int8Layout<simd::DefaultDot>;

  Int8Matrix() = default;
  /// Allocates a matrix of zeros. Throws kMemory; the message names `name`.
  Int8Matrix(Index rows, Index columns, const std::string& name);

  Int8View view() const { return {Numbers(), Scales(), rows_, columns_}; }
  Index rows() const { return rows_; }
  Index columns() const { return columns_; }
  /// Returns the number of bytes of numbers, corrections and scales, the padding of the last panel included.
  std::uint64_t bytes() const;

  /// Stores the numbers (columns) of a row, each −127 … 127, and its scale.
  void SetRow(Index row, const std::int8_t* numbers, float scale);
  void SetScale(Index row, float scale) { Scales()[row] = scale; }
  /// Writes row `row` (columns) as float32 to `out`.
  void GetRow(Index row, float* out) const;

 private:
  std::int8_t* Numbers() const { return reinterpret_cast<std::int8_t*>(buffer_.get()); }
  float* Scales() const { return reinterpret_cast<float*>(scales_.get()); }

  AlignedBuffer buffer_;
  AlignedBuffer scales_;
  Index rows_ = 0;
  Index columns_ = 0;
};

/// Returns the smallest of the numbers and 0.
std::int8_t Least(const std::int8_t* numbers, Index count);

/// Quantises a row symmetrically: scale = largest magnitude / 127, numbers = x / scale, rounded to nearest, ties to
/// even. A row of zeros has scale 0. Returns the scale. When x holds a number that is not finite, the scale is NaN and
/// `numbers` are undefined.
float QuantiseRow(const float* x, Index count, std::int8_t* numbers);

}  // namespace attenscope
