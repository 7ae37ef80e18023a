// The view of a tensor of any rank that an operation along one axis uses.
#pragma once

#include <span>
#include <string>

#include "tensor/error.h"
#include "tensor/tensor.h"

namespace attenscope {

/// The shape of a contiguous tensor as (outer, length, inner), with the axis of the operation in the middle.
struct AxisSplit {
  Index outer = 1;
  Index length = 1;
  Index inner = 1;
};

/// Converts a negative axis to the axis counted from the front. Throws kOption unless −rank ≤ axis < rank.
inline Index ResolveAxis(std::span<const Index> shape, Index axis) {
  const Index rank = static_cast<Index>(shape.size());
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw Error(ErrorCode::kOption, "axis: is " + std::to_string(axis) + ", expected " + std::to_string(-rank) + " to " +
                                      std::to_string(rank - 1) + " for a tensor of rank " + std::to_string(rank));
}

/// Splits a shape at one axis, as softmax needs it. Throws as ResolveAxis does.
inline AxisSplit SplitAt(std::span<const Index> shape, Index axis) {
  const std::size_t at = static_cast<std::size_t>(ResolveAxis(shape, axis));
  AxisSplit split;
  for (Index extent : shape.first(at)) split.outer *= extent;
  split.length = shape[at];
  for (Index extent : shape.subspan(at + 1)) split.inner *= extent;
  return split;
}

/// Merges all axes from `axis` on into one, as normalisation layers need it; `inner` is 1. Throws as ResolveAxis does.
inline AxisSplit SplitFrom(std::span<const Index> shape, Index axis) {
  const std::size_t from = static_cast<std::size_t>(ResolveAxis(shape, axis));
  AxisSplit split;
  for (Index extent : shape.first(from)) split.outer *= extent;
  for (Index extent : shape.subspan(from)) split.length *= extent;
  return split;
}

}  // namespace attenscope
