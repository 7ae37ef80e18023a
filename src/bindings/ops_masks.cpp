// Offers the masks of sparse attention to JavaScript.
#include <algorithm>

#include "attention/sparse_masks.h"
#include "bindings/guard.h"
#include "bindings/ops.h"
#include "bindings/ops_choices.h"

namespace attenscope {

OwnedTensors OpSparseMask(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const Index T = in.Setting<Index>("length");
    const Index S = in.Setting<Index>("keys");
    // The result is allocated first, because the allocation checks that a mask of this size fits.
    OpResults results;
    const Matrix mask = results.Add("mask", std::array{T, S});
    MaskBytes bytes;
    switch (in.Choose<SparseMask>("kind")) {
      case SparseMask::kStrided:
        bytes = StridedMask(T, S, in.Setting<Index>("stride"));
        break;
      case SparseMask::kFixed:
        bytes = FixedMask(T, S, in.Setting<Index>("stride"), in.Setting<Index>("summary"));
        break;
      case SparseMask::kBlock:
        bytes = BlockSparseMask(T, S, in.Setting<Index>("block"), in.Tensor<2, std::uint8_t>("layout"));
        break;
    }
    std::copy(bytes.begin(), bytes.end(), mask.data);
    return results.ToJavaScript();
  });
}

}  // namespace attenscope
