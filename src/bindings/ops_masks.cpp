// Masks of sparse attention for JavaScript.
#include <algorithm>

#include "attention/sparse_masks.h"
#include "bindings/guard.h"
#include "bindings/ops.h"

namespace attenscope {

/// Result mask (T, S) of zeros and ones, as floats. Settings: kind, length, keys, stride, summary, block; tensor:
/// layout.
OwnedTensors OpSparseMask(const NamedTensors& tensors, const Settings& settings) {
  return Guard([&] {
    OpInputs in(tensors, settings);
    const std::string kind = in.Setting<std::string>("kind");
    const Index T = in.Setting<Index>("length");
    const Index S = in.Setting<Index>("keys");
    // Before the mask itself: it checks that there is room.
    OpResults results;
    const Matrix mask = results.Add("mask", std::array{T, S});
    MaskBytes bytes;
    if (kind == "strided") {
      bytes = StridedMask(T, S, in.Setting<Index>("stride"));
    } else if (kind == "fixed") {
      bytes = FixedMask(T, S, in.Setting<Index>("stride"), in.Setting<Index>("summary"));
    } else if (kind == "block") {
      bytes = BlockSparseMask(T, S, in.Setting<Index>("block"), in.Tensor<2, std::uint8_t>("layout"));
    } else {
      throw Error(ErrorCode::kOption, "kind is '" + kind + "', which is no sparse mask");
    }
    std::copy(bytes.begin(), bytes.end(), mask.data);
    return results.ToJavaScript();
  });
}

}  // namespace attenscope
