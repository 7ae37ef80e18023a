// The gated feed-forward layer of the Llama form.
#pragma once

#include "kernels/vector_ops.h"
#include "layers/linear.h"

namespace attenscope {

/// What a feed-forward layer does between its projections.
enum class Nonlinearity { kSilu, kRelu, kGelu, kGeluTanh };

struct FeedForward {
  Linear gate;  // (F, C)
  Linear up;    // (F, C)
  Linear down;  // (C, F)
};

/// y (T, C) = down(silu(gate(x)) · up(x)) + addend. `gated` and `raised` are scratch (T, F). (Shazeer 2020.)
template <class Arch>
void Apply(Arch arch, const FeedForward& layer, ConstMatrix x, Matrix gated, Matrix raised, ConstMatrix addend,
           Matrix y) {
  Apply(arch, layer.gate, x, gated);
  Apply(arch, layer.up, x, raised);
  // Row by row: registers that straddle rows would make a row's bits depend on its neighbours.
  for (Index t = 0; t < x.shape[0]; ++t) GatedSilu(arch, &raised(t, 0), &gated(t, 0), gated.shape[1]);
  Apply(arch, layer.down, gated, addend, y);
}

}  // namespace attenscope
