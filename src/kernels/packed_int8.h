// A weight in 8 bits, stored in panels: symmetric, one float32 scale for each of its rows (output channels).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "kernels/packed.h"
#include "simd/int8_dot.h"

namespace attenscope {

/// Columns that share a scale when activations are quantised, and over which sums are whole numbers.
inline constexpr Index kInt8Block = 64;

/// How a row of weights is cut up for a form of the dot product: a panel is blocks one after the other, a block is its
/// corrections (for each of the panel's rows, in 16 bits, the sum of its weights with the sign changed; only where
/// activations have an offset), then steps of
/// `kColumns` columns, in a step row after row its columns side by side. Columns that fill up the last step are zero.
template <class Dot, class Arch = simd::DefaultArch>
struct Int8Layout {
  static constexpr Index kRows = kPanelRows<Arch>;
  static constexpr Index kStep = kRows * Dot::kColumns;
  static constexpr Index kCorrections = Dot::kOffset ? kRows * static_cast<Index>(sizeof(std::int16_t)) : 0;
  static constexpr Index kBlock = kCorrections + kRows * kInt8Block;

  /// Columns with those that fill up the last step.
  static constexpr Index Filled(Index columns) { return (columns + Dot::kColumns - 1) / Dot::kColumns * Dot::kColumns; }
  static constexpr Index Blocks(Index columns) { return (columns + kInt8Block - 1) / kInt8Block; }
  static constexpr Index PanelBytes(Index columns) { return Blocks(columns) * kCorrections + Filled(columns) * kRows; }
  static constexpr Index Panels(Index rows) { return (rows + kRows - 1) / kRows; }
  /// Where the weight at (row, column) is.
  static constexpr Index Offset(Index row, Index column, Index columns) {
    const Index within = column % kInt8Block;
    return row / kRows * PanelBytes(columns) + column / kInt8Block * kBlock + kCorrections +
           within / Dot::kColumns * kStep + row % kRows * Dot::kColumns + within % Dot::kColumns;
  }
};

/// W (rows, columns) = numbers · scale of the row.
struct Int8View {
  const std::int8_t* data = nullptr;
  const float* scales = nullptr;  // (rows), filled up to whole panels
  Index rows = 0;
  Index columns = 0;

  /// Rows [first, last), first a multiple of a panel's rows. A view without rows keeps its pointers.
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
  /// Zeros. `name` is told where there is no memory.
  Int8Matrix(Index rows, Index columns, const std::string& name);

  Int8View view() const { return {Numbers(), Scales(), rows_, columns_}; }
  Index rows() const { return rows_; }
  Index columns() const { return columns_; }
  std::uint64_t bytes() const;

  /// Sets a row's numbers (columns), each −127 … 127, and its scale.
  void SetRow(Index row, const std::int8_t* numbers, float scale);
  void SetScale(Index row, float scale) { Scales()[row] = scale; }
  /// The row (columns) as float32.
  void GetRow(Index row, float* out) const;

 private:
  std::int8_t* Numbers() const { return reinterpret_cast<std::int8_t*>(buffer_.get()); }
  float* Scales() const { return reinterpret_cast<float*>(scales_.get()); }

  AlignedBuffer buffer_;
  AlignedBuffer scales_;
  Index rows_ = 0;
  Index columns_ = 0;
};

/// The least of the numbers and 0.
std::int8_t Least(const std::int8_t* numbers, Index count);

/// Symmetric rounding of a row: scale = largest magnitude / 127, numbers = x / scale to the nearest, ties to even. A
/// row of zeros has scale 0. Returns the scale, not finite where x has such a number (the numbers then mean nothing).
float QuantiseRow(const float* x, Index count, std::int8_t* numbers);

}  // namespace attenscope
