// Broadcasting by the rules of NumPy and ONNX, and its gradient: the sum over the repeated elements.
#pragma once

#include <span>
#include <string>

#include "tensor/check.h"

namespace attenscope {

namespace broadcast_internal {

/// Calls body(i, j) for each element i of the tensor of shape `to`; j is the element of the tensor of shape `from` that
/// is repeated there.
template <class Body>
void ForEach(std::span<const Index> from, std::span<const Index> to, Body body) {
  Index count = 1;
  for (Index extent : to) count *= extent;
  for (Index i = 0; i < count; ++i) {
    // From the last axis to the first. An axis that is missing in `from`, or has length 1 there, does not change j.
    Index rest = i;
    Index j = 0;
    Index step = 1;
    for (std::size_t axis = to.size(), of = from.size(); axis-- > 0 && of > 0;) {
      --of;
      if (from[of] != 1) j += rest % to[axis] * step;
      rest /= to[axis];
      step *= from[of];
    }
    body(i, j);
  }
}

}  // namespace broadcast_internal

/// Throws kShape unless shape `from` broadcasts to shape `to`: aligned at the last axis, each extent of `from` equals
/// that of `to` or is 1. The message begins with `name`.
inline void CheckBroadcast(const char* name, std::span<const Index> from, std::span<const Index> to) {
  bool fits = from.size() <= to.size();
  for (std::size_t axis = 0; fits && axis < from.size(); ++axis) {
    fits = from[axis] == 1 || from[axis] == to[axis + to.size() - from.size()];
  }
  if (fits) return;
  throw Error(ErrorCode::kShape, std::string(name) + ": has shape " + ShapeText(from) +
                                     ", expected one that broadcasts to " + ShapeText(to));
}

/// Writes y, of shape `to`: x, of shape `from`, repeated. Throws as CheckBroadcast does.
inline void Broadcast(const char* name, const float* x, std::span<const Index> from, std::span<const Index> to,
                      float* y) {
  CheckBroadcast(name, from, to);
  broadcast_internal::ForEach(from, to, [&](Index i, Index j) { y[i] = x[j]; });
}

/// Adds grad_y, of shape `to`, to grad_x, of shape `from`. Throws as CheckBroadcast does.
inline void BroadcastGradient(const char* name, const float* grad_y, std::span<const Index> from,
                              std::span<const Index> to, float* grad_x) {
  CheckBroadcast(name, from, to);
  broadcast_internal::ForEach(from, to, [&](Index i, Index j) { grad_x[j] += grad_y[i]; });
}

}  // namespace attenscope
