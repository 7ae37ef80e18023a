// One attention of a block, over all its heads.
#pragma once

#include "transformer/block_context.h"

namespace attenscope {

/// The queries of an attention and the keys that they see.
struct AttentionInput {
  ConstMatrix queries;                            // (T, N·H)
  const KeyValues* cache;                         // keys and values
  Index layer = 0;                                // of the cache
  Index keys = 0;                                 // how many the cache has (S)
  AttentionContext attention;                     // how the queries attend
  const std::uint8_t* visible = nullptr;          // (S), 0: no query sees the key; null: every query sees every key
  const DistanceTable* distance_table = nullptr;  // what is added to scores by distance; null: nothing
  const Pictures* pictures = nullptr;             // where the patterns are added in small; null: nowhere
};

/// One head of an attention of a stack. Where an edit changes the positions, nothing is added to its scores by
/// distance.
Head MakeHead(const StackConfig& sizes, const AttentionInput& input, Index head);

/// All head outputs (T, N·H), before the output projection. `patterns` is scratch (threads, kQueryTile, S).
void AttendHeads(const StackConfig& sizes, const AttentionInput& input, TensorView<float, 3> patterns,
                 Matrix head_outputs);

}  // namespace attenscope
