// The feed-forward layer of a block, plain or gated.
#pragma once

#include "kernels/nonlinearity.h"
#include "layers/linear.h"

namespace attenscope {

/// The approximate cost of one activation, in multiply-adds.
inline constexpr std::uint64_t kActivationWork = 16;

/// Parameters of a feed-forward layer, and its activation function.
struct FeedForward {
  Nonlinearity activation = Nonlinearity::kSilu;
  bool gated = true;
  Linear gate;  // (F, C), only in a gated layer
  Linear up;    // (F, C)
  Linear down;  // (C, F)
};

/// Computes the feed-forward layer for x (T, C). Plain: y (T, C) = down(f(up(x))) + addend. Gated: y (T, C) =
/// down(f(gate(x)) · up(x)) + addend (Shazeer 2020). `gated` and `raised` are scratch matrices (T, F).
template <class Arch>
void Apply(Arch arch, const FeedForward& layer, ConstMatrix x, Matrix gated, Matrix raised, ConstMatrix addend,
           Matrix y) {
  Apply(arch, layer.gated ? layer.gate : layer.up, x, gated);
  if (layer.gated) Apply(arch, layer.up, x, raised);
  // One row at a time: if registers crossed from one row into the next, the bits of a row would depend on its
  // neighbours.
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
