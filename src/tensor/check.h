// Shape checks. Their errors name the argument, the shape that was found and the shape that was expected.
#pragma once

#include <array>
#include <span>
#include <string>
#include <type_traits>

#include "tensor/error.h"
#include "tensor/tensor.h"

namespace attenscope {

/// Formats a shape as text, such as '(2, 3)'.
inline std::string ShapeText(std::span<const Index> shape) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    text += (axis == 0 ? "" : ", ") + std::to_string(shape[axis]);
  }
  return text + ")";
}

/// Throws kShape unless the tensor has the expected shape. The message begins with `name`.
template <class T, int Rank>
void CheckShape(const char* name, const TensorView<T, Rank>& tensor,
                std::type_identity_t<std::array<Index, Rank>> expected) {
  if (tensor.shape == expected) return;
  throw Error(ErrorCode::kShape,
              std::string(name) + ": has shape " + ShapeText(tensor.shape) + ", expected " + ShapeText(expected));
}

/// Throws kShape unless the last dimension is contiguous (stride 1). The message begins with `name`.
template <class T, int Rank>
void CheckContiguousRows(const char* name, const TensorView<T, Rank>& tensor) {
  if (tensor.stride[Rank - 1] == 1 || tensor.shape[Rank - 1] <= 1) return;
  throw Error(ErrorCode::kShape, std::string(name) + ": the last dimension has stride " +
                                     std::to_string(tensor.stride[Rank - 1]) + ", expected 1");
}

}  // namespace attenscope
