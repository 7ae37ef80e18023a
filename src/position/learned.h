// Learned position vectors, looked up in a table (Gehring et al. 2017; BERT, GPT-2).
#pragma once

#include <cstdint>
#include <span>

#include "tensor/tensor.h"

namespace attenscope {

/// Computes encoding (T, C) = the rows of table (P, C) at `positions` (T).
///
/// Throws kTooLong for a position beyond the table, kOption for a negative position, and kShape when the shapes
/// disagree.
void LearnedEncoding(ConstMatrix table, std::span<const std::int32_t> positions, Matrix encoding);

/// Adds each row of grad_encoding (T, C) to the row of grad_table (P, C) at its position. When a position occurs twice,
/// both rows are added.
///
/// Throws as LearnedEncoding does.
void LearnedEncodingGradient(ConstMatrix grad_encoding, std::span<const std::int32_t> positions, Matrix grad_table);

}  // namespace attenscope
