// How an operation along an axis sees a tensor of any rank.
#pragma once

#include <span>
#include <string>

#include "tensor/error.h"
#include "tensor/tensor.h"

namespace attenscope {

/// A contiguous tensor as (outer, length, inner), the axis in the middle.
struct AxisSplit {
  Index outer = 1;
  Index length = 1;
  Index inner = 1;
};

/// An axis counted from the front. Throws kOption unless −rank ≤ axis < rank.
inline Index ResolveAxis(std::span<const Index> shape, Index axis) {
  const Index rank = static_cast<Index>(shape.size());
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw Error(ErrorCode::kOption, "axis: is " + std::to_string(axis) + ", expected " + std::to_string(-rank) + " to " +
                                      std::to_string(rank - 1) + " for a tensor of rank " + std::to_string(rank));
}

/// The split at one axis, as softmax takes it. Throws as ResolveAxis does.
inline AxisSplit SplitAt(std::span<const Index> shape, Index axis) {
  const std::size_t at = static_cast<std::size_t>(ResolveAxis(shape, axis));
  AxisSplit split;
  for (Index extent : shape.first(at)) split.outer *= extent;
  split.length = shape[at];
  for (Index extent : shape.subspan(at + 1)) split.inner *= extent;
  return split;
}

/// The split that takes all axes from `axis` on as one, as normalisation layers do: inner is 1. Throws as ResolveAxis
/// does.
inline AxisSplit SplitFrom(std::span<const Index> shape, Index axis) {
  const std::size_t from = static_cast<std::size_t>(ResolveAxis(shape, axis));
  AxisSplit split;
  for (Index extent : shape.first(from)) split.outer *= extent;
  for (Index extent : shape.subspan(from)) split.length *= extent;
  return split;
}

}  // namespace attenscope
