// Computes one block of a Transformer: norm → q, k, v → attend → output projection → add → feed-forward → add. A
// decoder beside an encoder has a cross-attention to the source before the feed-forward layer.
//
// The config sets the differences between model families: the position of the norms, rotary positions, and the gate of
// the feed-forward layer (see config.h).
#pragma once

#include "transformer/attend_heads.h"

namespace attenscope {

/// The cosines and sines (T, W/2) of the positions of the rows. The width is 0 without rotary positions.
struct Angles {
  ConstMatrix cosines;
  ConstMatrix sines;
};

/// Computes the first half of a block for the residual stream x (T, C) before the block: writes the queries (T, N·H),
/// and the keys and values (T, K·H) in scratch memory.
void ProjectSelf(const BlockContext& block, ConstMatrix x, const Angles& angles, Matrix queries);

/// Computes the second half of a block, after the self-attention has computed its head outputs (T, N·H) in scratch
/// memory: writes the residual stream `out` (T, C) after the block, from the residual stream x (T, C) before the block.
/// With a source, also writes the queries of the cross-attention to cross_queries (T, N·H).
void FinishBlock(const BlockContext& block, ConstMatrix x, const SourceMemory* source, Matrix cross_queries,
                 Matrix out);

/// Returns the input of the cross-attention: queries (T, N·H) that see all tokens of a source.
AttentionInput CrossInput(const BlockContext& block, const SourceMemory& source, ConstMatrix queries);

// The parts of the second half, which traces compute one by one. Each part reads the head outputs (T, N·H) in scratch
// memory.

/// Computes the vectors out (T, C) that the self-attention adds to the residual stream.
void SelfOutput(const BlockContext& block, Matrix out);
/// Computes the vectors out (T, C) that the cross-attention adds to the residual stream.
void CrossOutput(const BlockContext& block, Matrix out);
/// Adds the output of the self-attention to the residual stream x (T, C) and writes the sum to out (T, C), after the
/// norm if norms stand after sublayers. `out` may be x.
void AddSelf(const BlockContext& block, ConstMatrix x, Matrix out);
/// Adds the output of the cross-attention to the residual stream x (T, C) in place, and applies the norm if norms stand
/// after sublayers.
void AddCross(const BlockContext& block, Matrix x);
/// Computes the vectors out (T, C) that the feed-forward layer adds to the residual stream, for its input x (T, C).
/// `out` may be the scratch matrix `normed`, but not x.
void FeedForwardOutput(const BlockContext& block, ConstMatrix x, Matrix out);

}  // namespace attenscope
