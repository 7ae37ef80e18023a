// Checks of shapes, with errors that name the argument, what was found and what was expected.
#pragma once

#include <array>
#include <span>
#include <string>
#include <type_traits>

#include "tensor/error.h"
#include "tensor/tensor.h"

namespace attenscope {

/// '(2, 3)'.
inline std::string ShapeText(std::span<const Index> shape) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    text += (axis == 0 ? "" : ", ") + std::to_string(shape[axis]);
  }
  return text + ")";
}

/// Throws kShape, naming `name`, unless the tensor has the expected shape.
template <class T, int Rank>
void CheckShape(const char* name, const TensorView<T, Rank>& tensor,
                std::type_identity_t<std::array<Index, Rank>> expected) {
  if (tensor.shape == expected) return;
  throw Error(ErrorCode::kShape,
              std::string(name) + ": has shape " + ShapeText(tensor.shape) + ", expected " + ShapeText(expected));
}

/// Throws kShape, naming `name`, unless the elements of the last dimension are neighbours in memory.
template <class T, int Rank>
void CheckContiguousRows(const char* name, const TensorView<T, Rank>& tensor) {
  if (tensor.stride[Rank - 1] == 1 || tensor.shape[Rank - 1] <= 1) return;
  throw Error(ErrorCode::kShape, std::string(name) + ": the last dimension has stride " +
                                     std::to_string(tensor.stride[Rank - 1]) + ", expected 1");
}

}  // namespace attenscope
