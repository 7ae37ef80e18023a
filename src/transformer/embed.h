// Computes the residual stream before the first block from tokens, and the angles of rotary positions.
#pragma once

#include "model/tokens.h"
#include "transformer/block_context.h"

namespace attenscope {

/// Computes the embeddings out (T, C) of T tokens (Vaswani et al. 2017, section 3.4): scales the token vectors, adds
/// position and type vectors, then normalises and projects to C, as the config says. Tokens without positions get the
/// positions of the context.
void EmbedTokens(const StackContext& context, const Tokens& tokens, Matrix out);

/// Computes the cosines and sines (T, W/2) of the positions from `first` on. W is the number of rotated elements of a
/// head, 0 without rotary positions.
void ComputeAngles(const Stack& stack, Index first, Matrix cosines, Matrix sines);

}  // namespace attenscope
