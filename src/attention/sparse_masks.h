// Masks of sparse attention: which keys each query may see, as 0 and 1.
#pragma once

#include <cstdint>
#include <vector>

#include "tensor/tensor.h"

namespace attenscope {

/// A mask (T, S), row by row.
using MaskBytes = std::vector<std::uint8_t>;

/// Strided (Child et al. 2019): query i sees the `stride` keys up to itself, and every key whose distance is a multiple
/// of `stride`. Queries and keys count from the start of the same text; keys after the query are hidden. Throws kOption
/// for a stride below 1.
MaskBytes StridedMask(Index T, Index S, Index stride);

/// Fixed (Child et al. 2019): query i sees the keys of its own block of `stride`, and the last `summary` keys of every
/// block, up to itself. Throws kOption unless 1 ≤ summary ≤ stride.
MaskBytes FixedMask(Index T, Index S, Index stride, Index summary);

/// Block-sparse (Gray et al. 2017): query i sees key j where layout (⌈T / block⌉, ⌈S / block⌉) is not 0 at
/// (i / block, j / block). Throws kOption for a block below 1 and kShape for a layout of another size.
MaskBytes BlockSparseMask(Index T, Index S, Index block, TensorView<const std::uint8_t, 2> layout);

}  // namespace attenscope
