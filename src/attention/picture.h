// Downsampled pictures of patterns, for views that show many heads at once.
#pragma once

#include "kernels/block_maxima.h"
#include "tensor/tensor.h"

namespace attenscope {

/// The largest number of rows and of columns of a picture.
inline constexpr Index kPictureSize = 64;

/// A downsampled picture of a pattern (T, S). A cell is the largest weight in a block of queries and keys, and at least
/// 0.
struct Picture {
  Matrix cells = {};  // (⌈T / block⌉, ⌈S / block⌉), zeros at first; null: no picture
  Index block = 1;
};

/// Returns ⌈count / block⌉ without overflow.
inline Index BlocksIn(Index count, Index block) { return count / block + (count % block != 0 ? 1 : 0); }

/// Returns the side of a block, in queries or keys, in the picture of T queries and S keys.
inline Index PictureBlock(Index T, Index S) { return std::max<Index>(1, BlocksIn(std::max(T, S), kPictureSize)); }
/// Returns the number of rows and columns of the picture of T queries and S keys.
inline std::array<Index, 2> PictureShape(Index T, Index S) {
  const Index block = PictureBlock(T, S);
  return {BlocksIn(T, block), BlocksIn(S, block)};
}

/// Adds contiguous rows (T, S) of the pattern to a picture. The rows belong to the queries from `first` on.
template <class Arch>
void AddToPicture(Arch arch, ConstMatrix rows, Index first, const Picture& picture) {
  // A pattern without keys has no cells.
  if (rows.shape[1] == 0) return;
  for (Index t = 0; t < rows.shape[0];) {
    const Index row = (first + t) / picture.block;
    const Index count = std::min((row + 1) * picture.block - first, rows.shape[0]) - t;
    BlockMaxima(arch, rows.Rows(t, count), picture.block, &picture.cells(row, 0));
    t += count;
  }
}

}  // namespace attenscope
