// Writes strided, fixed and block-sparse masks as matrices of 0 and 1.
#include "attention/sparse_masks.h"

#include <string>

#include "tensor/error.h"

namespace attenscope {

namespace {

template <class Sees>
MaskBytes MaskOf(Index T, Index S, Sees sees) {
  MaskBytes mask(static_cast<std::size_t>(T) * static_cast<std::size_t>(S));
  for (Index t = 0; t < T; ++t) {
    for (Index s = 0; s < S; ++s) mask[static_cast<std::size_t>(t * S + s)] = sees(t, s) ? 1 : 0;
  }
  return mask;
}

void CheckAtLeastOne(const char* name, Index value) {
  if (value < 1)
    throw Error(ErrorCode::kOption, std::string(name) + " is " + std::to_string(value) + ", expected at least 1");
}

}  // namespace

MaskBytes StridedMask(Index T, Index S, Index stride) {
  CheckAtLeastOne("stride", stride);
  return MaskOf(T, S, [=](Index t, Index s) { return s <= t && (t - s < stride || (t - s) % stride == 0); });
}

MaskBytes FixedMask(Index T, Index S, Index stride, Index summary) {
  CheckAtLeastOne("stride", stride);
  CheckAtLeastOne("summary", summary);
  if (summary > stride) {
    throw Error(ErrorCode::kOption,
                "summary is " + std::to_string(summary) + ", expected at most the stride, " + std::to_string(stride));
  }
  return MaskOf(
      T, S, [=](Index t, Index s) { return s <= t && (s / stride == t / stride || s % stride >= stride - summary); });
}

MaskBytes BlockSparseMask(Index T, Index S, Index block, TensorView<const std::uint8_t, 2> layout) {
  CheckAtLeastOne("block", block);
  const Index rows = (T + block - 1) / block;
  const Index columns = (S + block - 1) / block;
  if (layout.shape[0] != rows || layout.shape[1] != columns) {
    throw Error(ErrorCode::kShape, "layout is (" + std::to_string(layout.shape[0]) + ", " +
                                       std::to_string(layout.shape[1]) + "), expected (" + std::to_string(rows) + ", " +
                                       std::to_string(columns) + ")");
  }
  return MaskOf(T, S, [=](Index t, Index s) { return layout(t / block, s / block) != 0; });
}

}  // namespace attenscope
