// Computes one attention of a block, over all its heads.
#pragma once

#include "transformer/block_context.h"

namespace attenscope {

/// The queries of an attention, and the keys that the queries see.
struct AttentionInput {
  ConstMatrix queries;                            // (T, N·H)
  const KeyValues* cache;                         // the keys and values
  Index layer = 0;                                // the layer whose keys the queries see
  Index keys = 0;                                 // S, the number of keys in the cache
  AttentionContext attention;                     // the options, edits and positions of the queries
  const std::uint8_t* visible = nullptr;          // (S), 0: no query sees the key; null: every query sees every key
  const DistanceTable* distance_table = nullptr;  // the numbers to add to scores by distance; null: no numbers
  const Pictures* pictures = nullptr;  // the downsampled pictures to which the patterns are added; null: no pictures
};

/// Returns one head of an attention of a stack. An edit of the positions also removes the numbers that the distance
/// table adds to scores.
Head MakeHead(const StackConfig& sizes, const AttentionInput& input, Index head);

/// Computes the outputs (T, N·H) of all heads, before the output projection. `patterns` is scratch (threads,
/// kQueryTile, S).
void AttendHeads(const StackConfig& sizes, const AttentionInput& input, TensorView<float, 3> patterns,
                 Matrix head_outputs);

}  // namespace attenscope
