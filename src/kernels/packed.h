// Matrices stored in panels, the layout in which the matrix kernel reads weights, keys and values.
#pragma once

#include <string>

#include "simd/arch.h"
#include "tensor/arena.h"
#include "tensor/tensor.h"

namespace attenscope {

/// The number of rows of a panel: two registers, so that one broadcast of x feeds two multiply-adds.
template <class Arch>
inline constexpr Index kPanelRows = 2 * simd::kLanes<Arch>;

/// A matrix W (rows, columns), stored as panels of P = `panel_rows` rows. A panel stores one column after the other,
/// and for each column the numbers of its P rows. Element (r, c) is at data[r / P · panel_stride + c · P + r % P]. The
/// last panel is padded with rows that are never part of a result.
template <class T>
struct PackedView {
  T* data = nullptr;
  Index rows = 0;
  Index columns = 0;
  Index panel_rows = 1;
  Index panel_stride = 0;

  operator PackedView<const T>() const
    requires(!std::is_const_v<T>)
  {
    return {data, rows, columns, panel_rows, panel_stride};
  }

  T& operator()(Index row, Index column) const {
    return data[row / panel_rows * panel_stride + column * panel_rows + row % panel_rows];
  }

  /// Returns the first `count` rows.
  PackedView FirstRows(Index count) const { return {data, count, columns, panel_rows, panel_stride}; }
  /// Returns the first `count` columns.
  PackedView FirstColumns(Index count) const { return {data, rows, count, panel_rows, panel_stride}; }
  /// Returns rows [first, first + count). `first` is a multiple of the rows of a panel. A view without elements keeps
  /// its pointer.
  PackedView Rows(Index first, Index count) const {
    const bool empty = count == 0 || columns == 0;
    return {empty ? data : data + first / panel_rows * panel_stride, count, columns, panel_rows, panel_stride};
  }
  /// Returns columns [first, first + count). A view without elements keeps its pointer.
  PackedView Columns(Index first, Index count) const {
    const bool empty = count == 0 || rows == 0;
    return {empty ? data : data + first * panel_rows, rows, count, panel_rows, panel_stride};
  }
};

/// Returns the number of floats of a packed matrix, with the padding of its last panel.
inline std::uint64_t PackedSize(Index rows, Index columns, Index panel_rows) {
  return static_cast<std::uint64_t>((rows + panel_rows - 1) / panel_rows * panel_rows) *
         static_cast<std::uint64_t>(columns);
}

/// Returns a packed view of `data`, which has PackedSize floats.
inline PackedView<float> MakePacked(float* data, Index rows, Index columns, Index panel_rows) {
  return {data, rows, columns, panel_rows, panel_rows * columns};
}

/// Writes w (rows, columns), of any strides, to rows [first, first + rows) of `packed`.
///
/// The loop goes panel by panel and column by column. It thus writes contiguous memory, and reads contiguous memory
/// when w is a transpose.
void Pack(ConstMatrix w, PackedView<float> packed, Index first = 0);

/// Writes row `row` of a packed matrix (rows, C), such as the embedding of a token, to out (C).
inline void UnpackRow(PackedView<const float> packed, Index row, float* out) {
  for (Index c = 0; c < packed.columns; ++c) out[c] = packed(row, c);
}

/// A packed matrix that owns its memory, such as a weight (out, in).
class PackedMatrix {
 public:
  PackedMatrix() = default;
  PackedMatrix(Index rows, Index columns, Index panel_rows, const std::string& name)
      : buffer_(AllocateZeroed(PackedSize(rows, columns, panel_rows) * sizeof(float), name)),
        view_(MakePacked(reinterpret_cast<float*>(buffer_.get()), rows, columns, panel_rows)) {}

  PackedView<float> view() { return view_; }
  PackedView<const float> view() const { return view_; }
  std::uint64_t bytes() const { return PackedSize(view_.rows, view_.columns, view_.panel_rows) * sizeof(float); }

 private:
  AlignedBuffer buffer_;
  PackedView<float> view_;
};

}  // namespace attenscope
