// Learned position vectors: a table looked up by position (Gehring et al. 2017; BERT, GPT-2).
#pragma once

#include <cstdint>
#include <span>

#include "tensor/tensor.h"

namespace attenscope {

/// encoding (T, C) = the rows of table (P, C) at `positions` (T).
///
/// Throws kTooLong for a position past the table, kOption for one below 0, kShape where the sizes disagree.
void LearnedEncoding(ConstMatrix table, std::span<const std::int32_t> positions, Matrix encoding);

/// Adds to grad_table (P, C) each row of grad_encoding (T, C) at its position, a position that comes twice twice.
///
/// Throws as LearnedEncoding does.
void LearnedEncodingGradient(ConstMatrix grad_encoding, std::span<const std::int32_t> positions, Matrix grad_table);

}  // namespace attenscope
