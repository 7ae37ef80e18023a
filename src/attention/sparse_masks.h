// Masks of sparse attention: matrices of 1 for a visible key and 0 for a masked one.
#pragma once

#include <cstdint>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// A row-major mask (T, S).
using MaskBytes = std::vector<std::uint8_t>;

/// Returns the strided mask (Child et al. 2019): query i sees the `stride` keys up to and including position i, and
/// every earlier key whose distance is a multiple of `stride`. Queries and keys both count from the start of the same
/// text. Keys after the query are hidden. Throws kOption for a stride below 1.
MaskBytes StridedMask(Index T, Index S, Index stride);

/// Returns the fixed mask (Child et al. 2019), over blocks of `stride` keys: query i sees the keys of its own block and
/// the last `summary` keys of every block, in both cases only up to position i. Throws kOption unless 1 ≤ summary ≤
/// stride.
MaskBytes FixedMask(Index T, Index S, Index stride, Index summary);

/// Returns the block-sparse mask (Gray et al. 2017): query i sees key j if layout(i / block, j / block) is not 0. The
/// layout has shape (⌈T / block⌉, ⌈S / block⌉). Throws kOption for a block below 1 and kShape for a layout of another
/// shape.
MaskBytes BlockSparseMask(Index T, Index S, Index block, TensorView<const std::uint8_t, 2> layout);

}  // namespace attenscope
