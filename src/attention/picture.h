// A pattern in small, for whoever looks at many heads at once.
#pragma once

#include "kernels/block_maxima.h"
#include "tensor/tensor.h"

namespace attenscope {

/// Widest small picture, in blocks.
inline constexpr Index kPictureSize = 64;

/// Room for a pattern (T, S) in small: each cell the largest weight of a block of queries and keys, at least 0.
struct Picture {
  Matrix cells = {};  // (⌈T / block⌉, ⌈S / block⌉), zeros at first; no data: nobody asked for it
  Index block = 1;
};

/// ⌈count / block⌉, of any count that there is.
inline Index BlocksIn(Index count, Index block) { return count / block + (count % block != 0 ? 1 : 0); }

/// The side of a block, and with it the shape of a picture, for T queries and S keys.
inline Index PictureBlock(Index T, Index S) { return std::max<Index>(1, BlocksIn(std::max(T, S), kPictureSize)); }
inline std::array<Index, 2> PictureShape(Index T, Index S) {
  const Index block = PictureBlock(T, S);
  return {BlocksIn(T, block), BlocksIn(S, block)};
}

/// Takes up some rows of the pattern, of queries from `first` on. Rows are contiguous.
template <class Arch>
void AddToPicture(Arch arch, ConstMatrix rows, Index first, const Picture& picture) {
  // Where there is no key there is no cell.
  if (rows.shape[1] == 0) return;
  for (Index t = 0; t < rows.shape[0];) {
    const Index row = (first + t) / picture.block;
    const Index count = std::min((row + 1) * picture.block - first, rows.shape[0]) - t;
    BlockMaxima(arch, rows.Rows(t, count), picture.block, &picture.cells(row, 0));
    t += count;
  }
}

}  // namespace attenscope
