// A tensor view: a pointer with a shape and strides. kernels/packed.h has the view of a packed matrix.
//
// Dimension letters, used in every shape comment of the engine:
//   B batch, L layers, T queries, S keys, N query heads, K key/value heads, H head width,
//   C model width, F feed-forward width, V vocabulary.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace attenscope {

/// A size, index or stride, counted in elements.
using Index = std::ptrdiff_t;

/// A view with `Rank` dimensions of memory that it does not own. Each dimension, the last one included, may have any
/// stride.
template <class T, int Rank>
struct TensorView {
  T* data = nullptr;
  std::array<Index, Rank> shape{};
  std::array<Index, Rank> stride{};

  TensorView() = default;

  /// Creates a contiguous, row-major view.
  TensorView(T* data_, std::array<Index, Rank> shape_) : data(data_), shape(shape_) {
    Index step = 1;
    for (int axis = Rank - 1; axis >= 0; --axis) {
      stride[axis] = step;
      step *= shape[axis];
    }
  }

  TensorView(T* data_, std::array<Index, Rank> shape_, std::array<Index, Rank> stride_)
      : data(data_), shape(shape_), stride(stride_) {}

  /// Converts a view of mutable elements to a view of constant elements.
  operator TensorView<const T, Rank>() const
    requires(!std::is_const_v<T>)
  {
    return {data, shape, stride};
  }

  /// Returns the number of elements.
  Index size() const {
    Index product = 1;
    for (Index extent : shape) product *= extent;
    return product;
  }

  /// Tells whether an extent is 0, so that there are no elements.
  bool empty() const {
    for (Index extent : shape) {
      if (extent == 0) return true;
    }
    return false;
  }

  template <class... Indices>
    requires(sizeof...(Indices) == Rank)
  T& operator()(Indices... indices) const {
    const std::array<Index, Rank> at{static_cast<Index>(indices)...};
    Index offset = 0;
    for (int axis = 0; axis < Rank; ++axis) offset += at[axis] * stride[axis];
    return data[offset];
  }

  // The pointer of a view without elements may be null or the end of an allocation, so that it must not be moved.

  /// Returns the sub-tensor at `index` of the first dimension.
  TensorView<T, Rank - 1> operator[](Index index) const
    requires(Rank > 1)
  {
    TensorView<T, Rank - 1> inner;
    for (int axis = 1; axis < Rank; ++axis) {
      inner.shape[axis - 1] = shape[axis];
      inner.stride[axis - 1] = stride[axis];
    }
    inner.data = inner.empty() ? data : data + index * stride[0];
    return inner;
  }

  /// Returns rows [first, first + count) of the first dimension.
  TensorView Rows(Index first, Index count) const {
    TensorView rows = *this;
    rows.shape[0] = count;
    if (!rows.empty()) rows.data += first * stride[0];
    return rows;
  }

  /// Returns columns [first, first + count) of the last dimension.
  TensorView Columns(Index first, Index count) const {
    TensorView columns = *this;
    columns.shape[Rank - 1] = count;
    if (!columns.empty()) columns.data += first * stride[Rank - 1];
    return columns;
  }
};

/// A view of a matrix (rows, columns).
using Matrix = TensorView<float, 2>;
using ConstMatrix = TensorView<const float, 2>;

/// Returns the transpose as a view of the same memory.
template <class T>
TensorView<T, 2> Transposed(TensorView<T, 2> matrix) {
  return {matrix.data, {matrix.shape[1], matrix.shape[0]}, {matrix.stride[1], matrix.stride[0]}};
}

}  // namespace attenscope
