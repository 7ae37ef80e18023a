// One block of a Transformer: norm → q, k, v → attend → output projection → add → feed-forward → add. A decoder beside
// an encoder attends to the source between the two.
//
// Families differ by config: where the norms stand, whether queries and keys turn, whether the feed-forward layer has a
// gate (see config.h).
#pragma once

#include "transformer/attend_heads.h"

namespace attenscope {

/// The cosines and sines (T, W/2) of the rows' positions, of width 0 where queries and keys do not turn.
struct Angles {
  ConstMatrix cosines;
  ConstMatrix sines;
};

/// The first half of a block, for its entry x (T, C): queries (T, N·H), and keys and values (T, K·H) into scratch.
void ProjectSelf(const BlockContext& block, ConstMatrix x, const Angles& angles, Matrix queries);

/// The second half of a block after its self-attention has attended: out (T, C) from its entry x (T, C) and the head
/// outputs (T, N·H) in scratch. With a source, the queries of the cross-attention are written to cross_queries (T,
/// N·H).
void FinishBlock(const BlockContext& block, ConstMatrix x, const SourceMemory* source, Matrix cross_queries,
                 Matrix out);

/// The cross-attention's input: queries (T, N·H) that see all of a source.
AttentionInput CrossInput(const BlockContext& block, const SourceMemory& source, ConstMatrix queries);

// The parts of the second half, which traces compute one by one. Each reads the head outputs (T, N·H) in scratch.

/// out (T, C): what the self-attention adds to the residual stream.
void SelfOutput(const BlockContext& block, Matrix out);
/// out (T, C): what the cross-attention adds to the residual stream.
void CrossOutput(const BlockContext& block, Matrix out);
/// out (T, C) = x (T, C) + what the self-attention adds, normalised where norms stand after sublayers. out may be x.
void AddSelf(const BlockContext& block, ConstMatrix x, Matrix out);
/// The same of the cross-attention, in place.
void AddCross(const BlockContext& block, Matrix x);
/// out (T, C): what the feed-forward layer adds for its input x (T, C). out may be the scratch `normed`, but not x.
void FeedForwardOutput(const BlockContext& block, ConstMatrix x, Matrix out);

}  // namespace attenscope
