// Small pictures of a stack's patterns, reduced while a run goes.
#pragma once

#include "attention/picture.h"
#include "tensor/arena.h"

namespace attenscope {

class Pictures {
 public:
  /// For patterns of up to T queries over S keys. Throws kMemory.
  Pictures(Index layers, Index heads, Index T, Index S) : block_(PictureBlock(T, S)) {
    const auto [height, width] = PictureShape(T, S);
    memory_ = AllocateLaidOut("small pictures of the patterns", [&, height = height, width = width](Arena& arena) {
      cells_ = arena.Tensor<4>({layers, heads, height, width});
    });
  }

  Picture Of(Index layer, Index head) const { return {cells_[layer][head], block_}; }
  /// (N, ⌈T / block⌉, ⌈S / block⌉)
  TensorView<const float, 3> Layer(Index layer) const { return cells_[layer]; }

 private:
  Index block_;
  TensorView<float, 4> cells_;
  AlignedBuffer memory_;
};

}  // namespace attenscope
