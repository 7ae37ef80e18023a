// From tokens to the residual stream before the first block, and the angles of rotary positions.
#pragma once

#include "model/tokens.h"
#include "transformer/block_context.h"

namespace attenscope {

/// out (T, C): the embeddings of T tokens, scaled, with the vectors of their positions and types added, normalised and
/// projected to C, as the config says (Vaswani et al. 2017, section 3.4). Tokens that come without positions of their
/// own stand at those of the context.
void EmbedTokens(const StackContext& context, const Tokens& tokens, Matrix out);

/// Cosines and sines (T, W/2) of positions from `first` on, where positions are rotary. W numbers of a head turn.
void ComputeAngles(const Stack& stack, Index first, Matrix cosines, Matrix sines);

}  // namespace attenscope
