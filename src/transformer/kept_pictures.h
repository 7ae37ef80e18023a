// Downsampled pictures of the patterns of a stack, which a run fills during the computation.
#pragma once

#include "attention/picture.h"
#include "tensor/arena.h"

namespace attenscope {

/// One picture for each head of each layer (see attention/picture.h).
class Pictures {
 public:
  /// Allocates the pictures of patterns of up to T queries and S keys. Throws kMemory.
  Pictures(Index layers, Index heads, Index T, Index S) : block_(PictureBlock(T, S)) {
    const auto [height, width] = PictureShape(T, S);
    memory_ = AllocateLaidOut("small pictures of the patterns", [&, height = height, width = width](Arena& arena) {
      cells_ = arena.Tensor<4>({layers, heads, height, width});
    });
  }

  /// Returns the picture of one head.
  Picture Of(Index layer, Index head) const { return {cells_[layer][head], block_}; }
  /// Returns the pictures (N, ⌈T / block⌉, ⌈S / block⌉) of a layer.
  TensorView<const float, 3> Layer(Index layer) const { return cells_[layer]; }

 private:
  Index block_;
  TensorView<float, 4> cells_;
  AlignedBuffer memory_;
};

}  // namespace attenscope
