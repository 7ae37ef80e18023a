// The feed-forward layer of a block, plain or gated.
#pragma once

#include "kernels/nonlinearity.h"
#include "layers/linear.h"

namespace attenscope {

/// Multiply-adds that an activation is worth, about.
inline constexpr std::uint64_t kActivationWork = 16;

struct FeedForward {
  Nonlinearity activation = Nonlinearity::kSilu;
  bool gated = true;
  Linear gate;  // (F, C), of a gated layer only
  Linear up;    // (F, C)
  Linear down;  // (C, F)
};

/// y (T, C) = down(f(up(x))) + addend, or, gated, down(f(gate(x)) · up(x)) + addend (Shazeer 2020). `gated` and
/// `raised` are scratch (T, F).
template <class Arch>
void Apply(Arch arch, const FeedForward& layer, ConstMatrix x, Matrix gated, Matrix raised, ConstMatrix addend,
           Matrix y) {
  Apply(arch, layer.gated ? layer.gate : layer.up, x, gated);
  if (layer.gated) Apply(arch, layer.up, x, raised);
  // Row by row: registers that straddle rows would make a row's bits depend on its neighbours.
  const Index F = gated.shape[1];
  ShareOut(x.shape[0], 1, kActivationWork * static_cast<std::uint64_t>(gated.shape[0] * F),
           [&](Index first, Index last) {
             for (Index t = first; t < last; ++t) {
               Activate(arch, layer.activation, layer.gated ? &raised(t, 0) : nullptr, F, &gated(t, 0));
             }
           });
  Apply(arch, layer.down, gated, addend, y);
}

}  // namespace attenscope
